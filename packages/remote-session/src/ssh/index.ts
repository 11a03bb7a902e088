export { connect } from "./connect.ts";
export { prepareUpload } from "./upload.ts";
