export { type ErrorCode, XentError } from "./error.ts";
