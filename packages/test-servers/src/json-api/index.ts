export {
  type ApiAnswer,
  type ApiFault,
  type ApiRequest,
  type SeenRequest,
  startJsonApi,
} from "./json-api.ts";
export { numberOf, objectOf, textOf, textsOf } from "./fields.ts";
