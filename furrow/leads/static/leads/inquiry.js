// The inquiry book for a clerk on the phone: the cursor waits in the first field, Ctrl+Enter enters, Alt+U marks urgent.
const form = document.querySelector("[data-inquiry]");
if (form) {
  const first = form.querySelector("[aria-invalid=true]") || form.elements.phone;
  first.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".btn-primary"));
    }
    if (event.altKey && event.code === "KeyU") {
      event.preventDefault();
      form.elements.is_urgent.checked = !form.elements.is_urgent.checked;
    }
  });
}
