import type { UsageMedium } from '../../domain/quantity.ts';
import type { AccountedQuality, MeterAccount } from './account.ts';

/** A register within the own usage of a meter, or a term of a virtual one; amounts in millionths. */
export interface FigureTerm {
  meter: string;
  /** 1; −1 for a meter below; of a virtual meter its factor. */
  factor: number;
  /** Its usage in the hours that count, before the factor. */
  micro: bigint;
  /** What its account has beyond that, in hours that do not count. */
  notTakenOffMicro: bigint;
  /** Null past the first terms of a part: asked for by itself. */
  account: MeterAccount | null;
}

/** What of a meter is part of a figure over [fromMs, toMs); see `partSchema` of the API. */
export interface FigurePart {
  meter: string;
  fromMs: number;
  toMs: number;
  share: { share: number; subItem: string | null; validFrom: string; validTo: string | null } | null;
  ownMicro: bigint;
  roundingMicro: bigint;
  amountMicro: bigint;
  quality: AccountedQuality;
  terms: FigureTerm[];
}

/** Whose usage of what is opened: `premises` is a key of `premisesKey`; `subItem` '' is what is assigned to none. */
export interface InstitutionFigure {
  premises: string;
  medium: UsageMedium;
  subItem: string | undefined;
  fromMs: number;
  toMs: number;
}

/** Opens figures of usage down to the readings that bound them. Ranges are [fromMs, toMs) on hour boundaries. */
export interface ProvenanceReader {
  /** The whole of one meter. Throws PlatformError `not-found` where it has no usage. */
  ofMeter(meter: string, fromMs: number, toMs: number): Promise<FigurePart>;
  /** The parts behind `skip`, at most `limit`; `more`: there are others behind them. */
  ofInstitution(
    figure: InstitutionFigure,
    skip: number,
    limit: number,
  ): Promise<{ parts: FigurePart[]; more: boolean }>;
}
