/** What the landing pages say of the practice itself. */
export interface PracticeText {
  about: string
  interpreter: string
  changing: string
}

/** What a landing page says of a service; an empty text is not shown. */
export interface ServiceText {
  name: string
  summary: string
  visit: string
  bring: string
  cost: string
  insurance: string
  driver: string
}
export type ServiceTexts = Record<
  'consultation' | 'hip-and-knee' | 'sports-injury' | 'joint-class' | 'spine' | 'imaging',
  ServiceText
>

const insurance = 'We accept Medicare, Medicaid and most plans.'
const cost = 'Your plan’s specialist copay. Without insurance we tell you the price before the visit.'

export const english: ServiceTexts = {
  consultation: {
    name: 'Orthopaedic consultation',
    summary: 'For pain, stiffness or an old injury in a bone or joint, when the cause is unclear.',
    visit: 'We listen, examine the joint and look at any images you have. You leave with a plan.',
    bring: 'Photo ID and insurance card\nA list of your medicines\nX-rays or MRI images, if you have any',
    cost,
    insurance,
    driver: 'You can drive yourself.',
  },
  'hip-and-knee': {
    name: 'Hip and knee clinic',
    summary: 'For hip or knee pain that limits walking, sleep or work, and for questions about joint replacement.',
    visit: 'An examination, X-rays on site if needed, and time to talk through what can be done.',
    bring: 'Photo ID and insurance card\nA list of your medicines\nComfortable shoes and shorts',
    cost,
    insurance,
    driver: 'You can drive yourself.',
  },
  'sports-injury': {
    name: 'Sports injury clinic',
    summary: 'For a sprain, strain or other injury from sport or exercise in the last six weeks.',
    visit: 'A short examination and, if needed, a brace or X-rays on the same day.',
    bring: 'Photo ID and insurance card\nThe shoes you train in\nNotes from urgent care, if you went there',
    cost,
    insurance,
    driver: 'If you were given a brace or boot for the right leg, please come with a driver.',
  },
  'joint-class': {
    name: 'Joint replacement class',
    summary: 'A class for up to eight people who are thinking about a new hip or knee, and for those who help them.',
    visit: 'A nurse and a physical therapist explain the operation and the weeks after it. There is a break.',
    bring: 'Your questions\nOne companion, if you like',
    cost: 'The class is free.',
    insurance: '',
    driver: 'You can drive yourself.',
  },
  spine: {
    name: 'Spine assessment',
    summary: 'For back or neck pain that has lasted more than six weeks, or that runs into an arm or a leg.',
    visit: 'We call you, ask what you need and find a time with you.',
    bring: 'Photo ID and insurance card\nA list of your medicines\nMRI images, if you have any',
    cost,
    insurance,
    driver: 'If long sitting hurts, come with a driver.',
  },
  imaging: {
    name: 'Imaging: X-ray and MRI',
    summary: 'For images that your doctor has ordered. Our imaging partner keeps its own calendar.',
    visit: 'An X-ray takes about 10 minutes, an MRI about 30. The images go to the doctor who ordered them.',
    bring: 'Photo ID and insurance card\nThe order from your doctor',
    cost: 'Depends on your plan; the imaging desk tells you before the images are taken.',
    insurance,
    driver: 'If you take something to relax before an MRI, you need a driver.',
  },
}

export const larkfield: PracticeText = {
  about:
    'We are five doctors for bones and joints, in Chicago and South Bend. You see the same doctor from the first visit to the last. **Most people we see need no operation:** we begin with what is simplest.',
  interpreter:
    'Tell us your language when you book or call. We bring in an interpreter by telephone or video, at no cost to you.',
  changing: 'Please tell us a day ahead, so that somebody else can have your time. It costs you nothing.',
}
