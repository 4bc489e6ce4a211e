import { app } from './app.ts'

export { ScanLog } from './scans/log.ts'

export default { fetch: app.fetch }
