import { expect, onTestFinished, test, vi } from 'vitest';

import { followRegistry, type FollowOptions, type RegistryFollower } from '../../../app/follow-registry.ts';

interface World {
  revision: number;
  isDown: boolean;
  loads: number[];
  /** Loads under way at once, at most. */
  most: number;
  hold: Promise<void>;
}

function follow(options: Partial<FollowOptions> = {}): { world: World; follower: RegistryFollower } {
  const world: World = { revision: 1, isDown: false, loads: [], most: 0, hold: Promise.resolve() };
  let running = 0;
  const follower = followRegistry({
    revision: async () => {
      if (world.isDown) throw new Error('nobody answers');
      return world.revision;
    },
    load: async () => {
      world.most = Math.max(world.most, ++running);
      const read = world.revision;
      await world.hold;
      world.loads.push(read);
      running--;
    },
    pollMs: 5,
    now: () => 7,
    ...options,
  });
  onTestFinished(() => follower.close());
  return { world, follower };
}

test('following: what another process changes is loaded once, without being told', async () => {
  const { world, follower } = follow();
  await follower.reload();
  world.revision = 2;
  await vi.waitFor(() => expect(world.loads).toEqual([1, 2]));
  world.revision = 3;
  await vi.waitFor(() => expect(world.loads).toEqual([1, 2, 3]));
});

test('following: what is there when nothing was loaded yet is loaded by itself', async () => {
  const { world } = follow();
  await vi.waitFor(() => expect(world.loads).toEqual([1]));
});

test('following: a thousand calls while one load is under way make one more, and it began after them', async () => {
  const { world, follower } = follow({ pollMs: 60_000 });
  let release: () => void = () => undefined;
  world.hold = new Promise((resolve) => (release = resolve));
  const first = follower.reload();
  await vi.waitFor(() => expect(world.most).toBe(1));
  world.revision = 2;
  const later = Array.from({ length: 1000 }, () => follower.reload());
  release();
  await first;
  await Promise.all(later);
  expect(world).toMatchObject({ loads: [1, 2], most: 1 });
});

test('following: a registry that does not answer rejects who asks, says so, and is followed again by itself', async () => {
  const { world, follower } = follow();
  await follower.reload();
  world.isDown = true;
  world.revision = 2;
  await expect(follower.reload()).rejects.toThrow('nobody answers');
  await vi.waitFor(() => expect(follower.status()).toEqual({ failure: 'nobody answers', sinceMs: 7 }));
  world.isDown = false;
  await vi.waitFor(() => expect(world.loads).toEqual([1, 2]));
  await vi.waitFor(() => expect(follower.status()).toEqual({ failure: '', sinceMs: undefined }));
});

test('following: a load that failed is tried again though the revision stays', async () => {
  let failures = 3;
  const { world, follower } = follow({
    load: async () => {
      if (failures-- > 0) throw new Error('half of it');
      world.loads.push(world.revision);
    },
  });
  await expect(follower.reload()).rejects.toThrow('half of it');
  await vi.waitFor(() => expect(world.loads).toEqual([1]));
});

test('following: closed it asks no more, and waits for the load under way', async () => {
  const { world, follower } = follow();
  await follower.reload();
  await follower.close();
  world.revision = 2;
  await follower.reload();
  expect(world.loads).toEqual([1]);
});
