/** The page of the letters that left as files. */
export const mail = {
  title: 'Mail',
  intro:
    'On this machine letters leave as files, in the folder “mail” of the data folder, and reach nobody. These are the last ones.',
  none: 'None has left yet. Book an appointment with an email address, and its confirmation is here.',
  to: 'To',
  sent: 'Left',
  html: 'As it looks',
  text: 'As plain text',
  calendar: 'With a calendar file',
}
