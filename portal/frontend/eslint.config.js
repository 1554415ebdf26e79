// Rules that catch faults; how code looks is left to its author.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["portal/static/vendor/**", "portal/frontend/node_modules/**"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      "eqeqeq": "error",
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-promise-executor-return": "error",
      "no-return-assign": "error",
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "prefer-const": "error",
      "prefer-promise-reject-errors": "error",
      "no-control-regex": "off", // texts are searched for them on purpose
    },
  },
  {
    files: ["portal/frontend/**", "tests/**"],
    languageOptions: { globals: globals.node },
  },
];
