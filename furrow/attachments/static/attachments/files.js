// Sends chosen files at once, one after another, with progress; the list below is then read anew. Works on panels that come later, too.
const ready = () => document.querySelectorAll("[data-upload]").forEach((form) => form.classList.add("scripted"));
ready();
document.addEventListener("htmx:after:swap", ready);

function send(form, file, tell) {
  return new Promise((resolve) => {
    const data = new FormData();
    data.set("file", file);
    data.set("category", form.elements.category.value);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) tell(Math.round((100 * event.loaded) / event.total)); });
    request.addEventListener("loadend", () => {
      try { resolve(JSON.parse(request.responseText)); } catch { resolve({ taken: 0, message: "", refused: [form.dataset.failed] }); }
    });
    request.send(data);
  });
}

async function sendAll(form, files) {
  const says = form.querySelector("[role=status]");
  const bar = form.querySelector("progress");
  const said = [];
  bar.hidden = false;
  for (const file of files) {
    if (file.size > Number(form.dataset.most) * 1048576) { said.push(`${file.name}: ${form.dataset.large}`); continue; }
    const told = await send(form, file, (percent) => {
      bar.value = percent;
      says.textContent = form.dataset.busy.replace("{name}", file.name).replace("{percent}", percent);
    });
    said.push(...(told.refused ?? []), ...(told.message ? [`${file.name}: ${told.message}`] : []));
  }
  bar.hidden = true;
  says.textContent = said.join(" · ");
  const list = form.parentElement.querySelector("[data-files]");
  const answer = await fetch(list.dataset.files, { headers: { accept: "text/html" } });
  if (answer.ok) list.innerHTML = await answer.text();
}

document.addEventListener("change", async (event) => {
  const form = event.target.closest?.("[data-upload]");
  if (!form || event.target.type !== "file" || !event.target.files.length) return;
  const files = [...event.target.files];
  event.target.value = "";
  form.setAttribute("aria-busy", "true");
  await sendAll(form, files);
  form.removeAttribute("aria-busy");
});
