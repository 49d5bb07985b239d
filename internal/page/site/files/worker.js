// The worker holds the engine, below the wasm_exec.js that runs it: it answers one question after another and reads the slices that the engine asks for of dropped files.
'use strict';

/** program is the compiled engine, from bytes that gzip packed, or that a host has unpacked on the way. */
function program(bytes) {
  let stream = new Blob([bytes]).stream();
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) stream = stream.pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, {headers: {'Content-Type': 'application/wasm'}});
}

let ended = '';

async function start(bytes) {
  const go = new self.Go();
  const {instance} = await WebAssembly.instantiateStreaming(program(bytes), go.importObject);
  go.run(instance).then(
    () => { ended = 'the engine stopped; it needed more memory than there is, or met a fault'; },
    (fault) => { ended = `the engine stopped: ${fault.message}`; },
  );
  if (!self.skipcost) throw new Error('the engine does not answer');
  postMessage({ready: self.skipcost.choices()});
}

/** answer works on one question. One of the form {line: request} asks for the command line of a request. */
function answer(question) {
  const {line} = JSON.parse(question);
  if (line) return JSON.stringify({output: self.skipcost.commandLine(JSON.stringify(line))});
  return self.skipcost.answer(question);
}

function store(key, file) {
  const reader = new FileReaderSync();
  self.skipcost.store(key, file.name, file.size,
    (offset, length) => new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + length))));
}

self.onmessage = async ({data}) => {
  if (data.start) {
    start(data.bytes).catch((fault) => postMessage({failed: fault.message}));
    return;
  }
  if (data.file) {
    store(data.key, data.file);
    return;
  }
  if (data.drop) {
    self.skipcost.drop(data.drop);
    return;
  }
  const since = performance.now();
  try {
    const reply = answer(data.question);
    if (typeof reply !== 'string') throw new Error('no answer came');
    postMessage({id: data.id, reply, milliseconds: performance.now() - since});
  } catch (fault) {
    await null; // the end of the engine is heard of first
    postMessage({id: data.id, stopped: ended || `the engine stopped: ${fault.message}`});
  }
};
