// Questions before what cannot be undone. On a form or button: data-confirm="the question", and data-confirm-verb
// when the verb differs from the button's own words. hx-confirm asks in the same dialog.
const dialog = document.getElementById("confirm");
const text = dialog.querySelector("p");
const [cancel, yes] = dialog.querySelectorAll("button");

function ask(question, verb) {
  text.textContent = question;
  yes.textContent = verb;
  dialog.showModal();
  cancel.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

dialog.returnValue = "";
for (const button of [cancel, yes]) button.addEventListener("click", () => dialog.close(button.value));
dialog.addEventListener("cancel", () => { dialog.returnValue = ""; });

const asks = (element) => element?.closest?.("[data-confirm]");
const words = (element) => element?.textContent?.trim().replace(/\s+/g, " ");

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const source = (button?.hasAttribute("data-confirm") && button) || (form.hasAttribute("data-confirm") && form);
  if (!source || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(source.dataset.confirm, source.dataset.confirmVerb || words(button)).then((sure) => {
    if (!sure) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(button);
    delete form.dataset.confirmed;
  });
}, true);

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const source = asks(ctx.sourceElement) || ctx.sourceElement;
  event.preventDefault();
  ask(ctx.confirm, source.dataset.confirmVerb || words(source)).then((sure) => (sure ? issueRequest() : dropRequest()));
});
