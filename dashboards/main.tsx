import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startI18n } from './i18n/start-i18n.ts';
import { Root } from './layout/root.tsx';
import './layout/base.css';
import './layout/frame.css';
import './charts/charts.css';

await startI18n();
const place = document.getElementById('root');
if (place === null) throw new Error('BUG: the page has no #root');
createRoot(place).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
