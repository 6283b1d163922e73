import { bug } from '../../../domain/errors.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import { cjt188Answers } from './cjt188-answers.ts';
import { dlt645Answers, dlt645AnswersOf1997 } from './dlt645-answers.ts';
import { frameSpeech } from './frame-speech.ts';
import { mbusAnswers } from './mbus-answers.ts';
import { nativeJsonSpeech } from './native-json-speech.ts';
import { plugSpeech } from './plug-speech.ts';
import type { SparkplugEdge } from './sparkplug-edge.ts';
import type { Speech } from './speech.ts';

/** The speech of a meter, by its format; `edge` is that of its collector, where it is a Sparkplug node. */
export function createSpeech(model: MeterModel, edge?: SparkplugEdge): Speech {
  const { spec } = model;
  switch (spec.format) {
    case undefined:
    case 'native-json':
      return nativeJsonSpeech(model);
    case 'dlt645-2007':
      return frameSpeech(spec, dlt645Answers(model));
    case 'dlt645-1997':
      return frameSpeech(spec, dlt645AnswersOf1997(model));
    case 'cjt188':
      return frameSpeech(spec, cjt188Answers(model));
    case 'mbus':
      return frameSpeech(spec, mbusAnswers(model));
    case 'sparkplug-b':
      return (edge ?? bug(`${spec.collectorId} is no Sparkplug node`)).speechOf(model);
    default:
      return plugSpeech(model, spec.format);
  }
}
