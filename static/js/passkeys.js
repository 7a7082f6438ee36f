// Passkeys: a form whose button asks the browser for one, then sends what it answers. data-passkey says what for:
// "create" makes a passkey, "use" proves that one has it. The server's options stand in the element that data-options
// names, or are fetched from data-options-url. The browser's own window asks the person; giving up there changes nothing.

export function passkeys(form) {
  const button = form.querySelector("button[type=submit]");
  const said = form.querySelector("[data-passkey-said]");
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    said.textContent = form.dataset.unsupported;
    button.disabled = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      const options = await optionsOf(form);
      const credential = form.dataset.passkey === "create" ? await create(options) : await use(options);
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      said.textContent = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      button.disabled = false;
    }
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.querySelector(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** One that signs in by itself: kept on the device, and opened by finger, face or PIN. */
function create({ creation_options: { publicKey } }) {
  const selection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const json = { ...publicKey, authenticatorSelection: { ...publicKey.authenticatorSelection, ...selection } };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) });
}

function use({ request_options: { publicKey } }) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}
