/** The wire of the clinic's model server, for the worker: workers take contracts, not the wire. */
export { ChatEnd, ChatProblem, type ChatRequest, ChatToken, EndpointModels } from '../wire/inference.ts'
