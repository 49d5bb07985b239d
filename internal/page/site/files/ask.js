// The engine works in a worker, so that the page never stalls, and answers one question after another. A question stands in a slot: a
// newer one takes the place of an older one that still waits there, and one that is worked on for too long is given up for a newer one.

const patience = 2000; // milliseconds after which a question is given up if a newer one of its slot waits
const remembered = 300; // answers kept

let worker = null;
let files = new Map(); // dropped files by key, told again to an engine that starts anew
let waiting = new Map(); // slot → job
let working = null;
let answers = new Map(); // question → answer
let listeners = {ready: () => {}, failed: () => {}};
let isReady = false;

/** start runs the engine. ready hears of what it offers, failed why there is none. */
export function start(ready, failed) {
  listeners = {ready, failed};
  launch();
}

/** held is the content of an element of the page of one file; null where files lie beside the page. */
function held(id) {
  return document.getElementById(id)?.textContent ?? null;
}

async function beside(file) {
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: the server says ${response.status}`);
  return response;
}

/** engineBytes is the packed engine. */
async function engineBytes() {
  const coded = held('engine-program');
  if (coded === null) return new Uint8Array(await (await beside('engine.wasm.gz')).arrayBuffer());
  const text = atob(coded.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** newWorker makes the worker from a text that the page holds, so that the policy of the page is its policy too, on any host. */
async function newWorker() {
  const text = held('engine-worker') ?? (await Promise.all(['wasm_exec.js', 'worker.js'].map(async (file) => (await beside(file)).text()))).join('\n');
  const url = URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
  const made = new Worker(url);
  URL.revokeObjectURL(url);
  return made;
}

async function launch() {
  isReady = false;
  try {
    const [made, bytes] = await Promise.all([newWorker(), engineBytes()]);
    worker = made;
    worker.onmessage = ({data}) => heard(data);
    worker.onerror = (event) => {
      event.preventDefault();
      listeners.failed(event.message || 'the worker does not start');
    };
    worker.postMessage({start: true, bytes}, [bytes.buffer]);
  } catch (fault) {
    listeners.failed(fault.message);
  }
}

function relaunch() {
  worker.terminate();
  launch();
}

function heard(message) {
  if (message.ready) {
    isReady = true;
    for (const [key, file] of files) worker.postMessage({key, file});
    listeners.ready(JSON.parse(message.ready));
    next();
  } else if (message.failed) {
    listeners.failed(message.failed);
  } else if (working && message.id === working.id) {
    const job = working;
    working = null;
    clearTimeout(job.timer);
    if (message.stopped) {
      job.done({error: {message: message.stopped, text: `skipcost: ${message.stopped}`}});
      relaunch();
      return;
    }
    const answer = JSON.parse(message.reply);
    answer.milliseconds = message.milliseconds;
    remember(job.question, answer);
    job.done(answer);
    next();
  }
}

function remember(question, answer) {
  answers.delete(question);
  answers.set(question, answer);
  if (answers.size > remembered) answers.delete(answers.keys().next().value);
}

let lastID = 0;

/** ask puts a request to the engine. The answer is null if a newer question of the same slot overtook it. */
export function ask(slot, request) {
  const question = JSON.stringify(request);
  waiting.get(slot)?.done(null);
  waiting.delete(slot);
  if (answers.has(question)) {
    if (working?.slot === slot) working.overtaken = true;
    return Promise.resolve(answers.get(question));
  }
  return new Promise((resolve) => {
    const job = {id: ++lastID, slot, question, since: 0, overtaken: false, timer: 0};
    job.done = (answer) => resolve(job.overtaken ? null : answer);
    waiting.set(slot, job);
    if (working?.slot === slot) overtake(working);
    next();
  });
}

/** overtake marks the answer that is worked on as one that nobody waits for, and gives it up when it takes too long. */
function overtake(job) {
  job.overtaken = true;
  if (job.timer) return;
  job.timer = setTimeout(() => {
    if (working !== job) return;
    working = null;
    job.done(null);
    relaunch();
  }, Math.max(0, patience - (performance.now() - job.since)));
}

function next() {
  if (working || !isReady) return;
  const first = waiting.values().next();
  if (first.done) return;
  working = first.value;
  waiting.delete(working.slot);
  working.since = performance.now();
  worker.postMessage({id: working.id, question: working.question});
}

/** store hands a dropped file to the engine, in the place of the one before; it reads the slices that it needs. The key names it in requests. */
export function store(file) {
  const key = `${file.name} ${file.size} ${file.lastModified}`;
  for (const other of files.keys()) if (other !== key && isReady) worker.postMessage({drop: other});
  files = new Map([[key, file]]);
  if (isReady) worker.postMessage({key, file});
  return key;
}

/** commandLine is the line that repeats a request in a shell. */
export function commandLine(request) {
  return ask(`line ${JSON.stringify(request)}`, {line: request}).then((answer) => answer?.output ?? '');
}
