export { fakeCatalog as catalog } from './fake-catalog.ts'
