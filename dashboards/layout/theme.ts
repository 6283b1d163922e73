import type { ThemeConfig } from 'antd';

import { INK } from '../charts/palette.ts';

const FONT =
  '"PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif';

/** The component library in the colours of the platform: one accent, thin lines, small radii, dense rows. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: INK.accent,
    colorInfo: INK.accent,
    colorLink: INK.accent,
    colorSuccess: INK.good,
    colorWarning: INK.warning,
    colorError: INK.critical,
    colorInfoBg: '#eef6f5',
    colorInfoBorder: '#98c4c1',
    colorSuccessBg: '#eef7f1',
    colorWarningBg: '#fdf6e9',
    colorErrorBg: '#fdf1f0',
    colorText: INK.text,
    colorTextSecondary: INK.secondary,
    colorTextDescription: INK.secondary,
    colorTextPlaceholder: '#66757f',
    colorBorder: '#c5ced5',
    colorBorderSecondary: '#e1e7eb',
    colorBgLayout: '#f2f5f7',
    borderRadius: 4,
    borderRadiusLG: 4,
    borderRadiusSM: 3,
    fontFamily: FONT,
    fontSize: 14,
    boxShadowTertiary: 'none',
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.18s',
  },
  components: {
    Layout: { siderBg: '#14232c', headerBg: '#ffffff', headerHeight: 52, headerPadding: '0 20px' },
    Menu: {
      darkItemBg: '#14232c',
      darkItemColor: '#c3d0d8',
      darkItemHoverBg: '#1d313c',
      darkItemSelectedBg: '#0b5f5b',
      darkItemSelectedColor: '#ffffff',
      itemHeight: 40,
      itemBorderRadius: 3,
    },
    Table: {
      headerBg: '#f5f7f9',
      headerColor: INK.secondary,
      headerSplitColor: 'transparent',
      rowHoverBg: '#f3f8f8',
      cellPaddingBlockSM: 7,
      cellPaddingInlineSM: 10,
    },
    Segmented: { itemSelectedColor: INK.accent, trackBg: '#e9eef1', itemColor: INK.secondary },
    Button: { primaryShadow: 'none', defaultShadow: 'none' },
    Drawer: { paddingLG: 20 },
  },
};
