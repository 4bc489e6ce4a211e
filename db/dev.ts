import { startDevWorker } from './dev-worker.ts'
import { foreground } from './foreground.ts'

// `npm run dev`: the same with hot reload
await foreground({ worker: startDevWorker })
