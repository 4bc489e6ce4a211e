import { foreground } from './foreground.ts'

// `npm start`
await foreground()
