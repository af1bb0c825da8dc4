// The page where a customer signs: the pad's path goes with the form.
import { signPad } from "./pad.js";

const field = document.querySelector("[name=signature]");
const pad = signPad(document.querySelector("[data-sign]"), field.value, (drawn) => (field.value = drawn));
document.querySelector("[data-sign-clear]").addEventListener("click", pad.clear);
