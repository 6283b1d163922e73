/** What kind of message a Sparkplug topic carries. */
export type MessageKind = 'NBIRTH' | 'NDATA' | 'NDEATH' | 'DBIRTH' | 'DDATA' | 'DDEATH' | 'other';

/** A Sparkplug topic taken apart. */
export interface SparkplugTopic {
  /** `other`: commands and the state of host applications, which carry no readings. */
  kind: MessageKind;
  /** `group/edge node`; '' for the state of a host application. */
  node: string;
  edgeNode: string;
  /** '' for the node itself. */
  device: string;
}

const NAMESPACE = 'spBv1.0';
const OF_NODE: readonly string[] = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD'];
const OF_DEVICE: readonly string[] = ['DBIRTH', 'DDATA', 'DDEATH', 'DCMD'];

/** Takes `spBv1.0/{group}/{kind}/{edge node}[/{device}]` apart; undefined for any other topic. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | undefined {
  const [namespace, group, kind, edgeNode, device, ...rest] = topic.split('/');
  if (namespace !== NAMESPACE) return undefined;
  // The state of a host application: spBv1.0/STATE/{host}.
  if (group === 'STATE' && edgeNode === undefined) return { kind: 'other', node: '', edgeNode: '', device: '' };
  if (!group || !kind || !edgeNode || rest.length > 0) return undefined;
  const isOfNode = OF_NODE.includes(kind);
  if (isOfNode ? device !== undefined : !OF_DEVICE.includes(kind) || !device) return undefined;
  const isCommand = kind === 'NCMD' || kind === 'DCMD';
  return {
    kind: isCommand ? 'other' : (kind as MessageKind),
    node: `${group}/${edgeNode}`,
    edgeNode,
    device: device ?? '',
  };
}
