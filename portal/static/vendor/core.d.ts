export * from "../../frontend/core.js";
