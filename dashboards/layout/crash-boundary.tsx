import { Component } from 'react';
import type { ReactNode } from 'react';

import { CrashState } from './crash-state.tsx';

/** Keeps the frame standing where a page fails. */
export class CrashBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    return this.state.crashed ? <CrashState /> : this.props.children;
  }
}
