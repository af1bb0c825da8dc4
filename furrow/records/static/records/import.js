// A file may be dropped anywhere on the page; it then stands in the file field and is sent at once.
const form = document.querySelector("form[data-drop]");
const input = form.querySelector("input[type=file]");

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
