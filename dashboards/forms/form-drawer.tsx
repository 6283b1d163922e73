import { Drawer } from 'antd';
import type { JSX, ReactNode } from 'react';

/** Holds a form beside the page that it belongs to; begun anew each time it is opened. */
export function FormDrawer(props: {
  open: boolean;
  title: ReactNode;
  size?: number;
  onClose: () => void;
  children: ReactNode;
}): JSX.Element {
  return (
    <Drawer
      open={props.open}
      onClose={props.onClose}
      size={props.size ?? 560}
      destroyOnHidden
      title={props.title}
      rootClassName="form-drawer"
      data-testid="form-drawer"
    >
      {props.children}
    </Drawer>
  );
}
