// The address holds what is seen, as in #network?name=resnet50&batch=32, so that a link reproduces it. What has its usual value is left out.

/** read is the panel that the address names, and the values it holds for it. */
export function read() {
  const [panel, query = ''] = location.hash.replace(/^#/, '').split(/\?(.*)/s);
  return {panel, values: Object.fromEntries(new URLSearchParams(query))};
}

/** address is where a panel shows these values. */
function address(panel, values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== '' && value !== null && value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return `#${panel}${text ? `?${text}` : ''}`;
}

/** write changes the address; a new panel is a step that the browser can go back by. */
export function write(panel, values, isStep = false) {
  const target = address(panel, values);
  if (target === location.hash) return;
  if (isStep) history.pushState(null, '', target);
  else history.replaceState(null, '', target);
}

/** pack makes a text short enough for an address. */
export async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let plain = '';
  for (const byte of bytes) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const longestText = 1 << 20; // bytes that an address may unfold to

/** unpack is the text that pack made short, or null where it did not. */
export async function unpack(packed) {
  try {
    const plain = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const stream = new Blob([Uint8Array.from(plain, (c) => c.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const reader = stream.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, {stream: true});
      if (text.length > longestText) return null;
    }
  } catch {
    return null;
  }
}
