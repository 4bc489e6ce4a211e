import type { PracticeText, ServiceTexts } from './en.ts'

const insurance = 'Aceptamos Medicare, Medicaid y la mayoría de los seguros.'
const cost = 'El copago de especialista de su seguro. Si no tiene seguro, le decimos el precio antes de la visita.'
const papers = 'Identificación con foto y tarjeta del seguro'
const medicines = 'Una lista de sus medicamentos'

export const spanish: ServiceTexts = {
  consultation: {
    name: 'Consulta de ortopedia',
    summary:
      'Para dolor, rigidez o una lesión antigua de un hueso o una articulación, cuando aún no está clara la causa.',
    visit: 'Le escuchamos, examinamos la articulación y vemos las imágenes que tenga. Saldrá con un plan.',
    bring: `${papers}\n${medicines}\nRadiografías o resonancias, si las tiene`,
    cost,
    insurance,
    driver: 'Puede venir conduciendo.',
  },
  'hip-and-knee': {
    name: 'Clínica de cadera y rodilla',
    summary:
      'Para dolor de cadera o rodilla que le impide caminar, dormir o trabajar, y para preguntas sobre una prótesis.',
    visit: 'Un examen, radiografías aquí mismo si hacen falta, y tiempo para hablar de lo que se puede hacer.',
    bring: `${papers}\n${medicines}\nZapatos cómodos y pantalón corto`,
    cost,
    insurance,
    driver: 'Puede venir conduciendo.',
  },
  'sports-injury': {
    name: 'Clínica de lesiones deportivas',
    summary: 'Para un esguince, un tirón u otra lesión por deporte o ejercicio de las últimas seis semanas.',
    visit: 'Un examen breve y, si hace falta, una férula o radiografías el mismo día.',
    bring: `${papers}\nEl calzado con el que entrena\nEl informe de urgencias, si fue allí`,
    cost,
    insurance,
    driver: 'Si le pusieron una férula o bota en la pierna derecha, venga con alguien que conduzca.',
  },
  'joint-class': {
    name: 'Clase sobre prótesis de articulación',
    summary: 'Una clase para hasta ocho personas que piensan en una cadera o rodilla nueva, y para quienes las ayudan.',
    visit: 'Una enfermera y una fisioterapeuta explican la operación y las semanas siguientes. Hay una pausa.',
    bring: 'Sus preguntas\nUn acompañante, si lo desea',
    cost: 'La clase es gratuita.',
    insurance: '',
    driver: 'Puede venir conduciendo.',
  },
  spine: {
    name: 'Evaluación de la columna',
    summary: 'Para dolor de espalda o cuello que dura más de seis semanas, o que baja por un brazo o una pierna.',
    visit: 'Le llamamos, le preguntamos qué necesita y buscamos una hora con usted.',
    bring: `${papers}\n${medicines}\nResonancias, si las tiene`,
    cost,
    insurance,
    driver: 'Si le duele estar sentado mucho tiempo, venga con alguien que conduzca.',
  },
  imaging: {
    name: 'Imágenes: radiografía y resonancia',
    summary: 'Para imágenes que su médico ha pedido. Nuestro centro de imágenes lleva su propio calendario.',
    visit:
      'Una radiografía dura unos 10 minutos y una resonancia unos 30. Las imágenes se envían al médico que las pidió.',
    bring: `${papers}\nLa orden de su médico`,
    cost: 'Depende de su seguro; se lo dirán antes de tomar las imágenes.',
    insurance,
    driver: 'Si toma algo para relajarse antes de la resonancia, necesita a alguien que conduzca.',
  },
}

export const larkfieldInSpanish: PracticeText = {
  about:
    'Somos cinco médicos de huesos y articulaciones, en Chicago y South Bend. Le atiende el mismo médico desde la primera visita hasta la última. **La mayoría de nuestros pacientes no necesita una operación:** empezamos por lo más sencillo.',
  interpreter:
    'Díganos su idioma al reservar o al llamar. Buscamos un intérprete por teléfono o por video, sin costo para usted.',
  changing: 'Avísenos con un día de antelación, para que otra persona pueda tener su hora. No le cuesta nada.',
}
