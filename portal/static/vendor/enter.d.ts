export * from "../dialogue/enter.js";
