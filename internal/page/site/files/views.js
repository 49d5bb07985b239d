// How a network looks: its skips as arcs, what is in memory at the peak, what training holds, and what goes along the depth.
import {h, name, picture} from './markup.js';
import {ask} from './ask.js';
import {block} from './block.js';
import {table, failure} from './table.js';
import {bytes, shape} from './figures.js';

const alongDepth = ['inference_peak_bytes', 'signal_gain', 'gradient_gain'];

/** viewsPart makes the parts. base gives the request that all requests about the network begin as, onLink hears of chosen arcs. */
export function viewsPart({announce, base, onLink}) {
  const drawing = block({title: 'Its skips', announce});
  const peak = block({title: 'Where the peak stands', announce});
  const training = block({title: 'What training holds', announce});
  const profile = block({title: 'Memory, signal and gradient along the depth', announce});

  async function draw(place, slot, command, options, made = {}) {
    const request = {...base(command, options), format: 'svg'};
    const answer = await ask(`network ${slot}`, request);
    if (answer) place.update(answer.error ? failure(answer.error) : picture(answer.output, made), request);
  }

  return {
    drawing: drawing.element,
    further: [peak.element, training.element, profile.element],
    showSkips: (chosen) => draw(drawing, 'skips drawn', 'draw', {}, {onLink, chosen}),
    showPeak({bytes: amount, at, live}, request) {
      const rows = live.map((t) => ({cells: [h('span', {title: shape(t.shape)}, name(t.tensor)), bytes(t.bytes), name(t.kept_alive_by)]}));
      peak.update([
        h('p', {class: 'quiet'}, `${bytes(amount)} of activations at `, h('b', null, name(at))),
        table({caption: 'tensors in memory at the peak', columns: [{head: 'tensor'}, {head: 'bytes', figures: true}, {head: 'kept alive by'}], rows}),
      ], request);
    },
    showPlots() {
      draw(training, 'memory', 'plot', {memory: true});
      draw(profile, 'layers', 'plot', {layers: true, cost: alongDepth});
    },
  };
}
