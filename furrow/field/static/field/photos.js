// A photo from the camera, made small enough to travel: at most 1600 px, JPEG; and a thumbnail that may stand in the page.
const EDGE = 1600;
const THUMB = 96;

async function drawn(image, edge, quality) {
  const scale = Math.min(1, edge / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return { canvas, blob: await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); }) };
}

// {blob, thumb}, or null for a file that is no picture.
export async function shrink(file) {
  let image;
  try {
    image = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const { blob } = await drawn(image, EDGE, 0.8);
  const small = await drawn(image, THUMB, 0.7);
  image.close();
  return blob ? { blob, thumb: small.canvas.toDataURL("image/jpeg", 0.7) } : null;
}
