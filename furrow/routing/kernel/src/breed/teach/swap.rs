//! SWAP*: two visits change lanes, each going to its best place there (Vidal 2022).

use super::Teach;

#[derive(Clone, Copy)]
pub(super) struct Place {
    cost: f64,
    after: u32,
}

const NOWHERE: Place = Place { cost: f64::INFINITY, after: u32::MAX };

/// The best found: rise of the cost, the visits (none: only one moves) and the places after which they go.
struct Best {
    cost: f64,
    u: u32,
    u_after: u32,
    v: Option<u32>,
    v_after: u32,
}

impl Teach<'_> {
    /// Tries each pair of lanes of a day that changed; whether anything became better.
    pub(super) fn improve_by_swaps(&mut self) -> bool {
        let instance = self.instance;
        let mut better = false;
        for group in &instance.groups {
            for (i, &a) in group.lanes.iter().enumerate() {
                let last = std::mem::replace(&mut self.swapped[a as usize], self.moves_made);
                for &b in &group.lanes[i + 1..] {
                    let (one, other) = (self.routes[a as usize], self.routes[b as usize]);
                    if one.directions & other.directions != 0 && one.changed.max(other.changed) > last {
                        better |= self.swap(a, b);
                    }
                }
            }
        }
        better
    }

    fn swap(&mut self, a: u16, b: u16) -> bool {
        let mut best = Best { cost: -self.better, u: u32::MAX, u_after: 0, v: None, v_after: 0 };
        let (mut one, mut other) =
            (std::mem::take(&mut self.sequence), std::mem::take(&mut self.other_sequence));
        self.sequence_of(a, &mut one);
        self.sequence_of(b, &mut other);
        let mut bests = std::mem::take(&mut self.bests);
        self.best_places(&one, b, &mut bests[0]);
        self.best_places(&other, a, &mut bests[1]);
        for (&u, to_b) in one.iter().zip(&bests[0]) {
            let gain = self.gain(u);
            self.move_alone(u, gain, to_b, b, &mut best);
            for (&v, to_a) in other.iter().zip(&bests[1]) {
                self.swap_pair((u, gain, to_b), (v, to_a), (a, b), &mut best);
            }
        }
        for (&v, to_a) in other.iter().zip(&bests[1]) {
            self.move_alone(v, self.gain(v), to_a, a, &mut best);
        }
        (self.sequence, self.other_sequence, self.bests) = (one, other, bests);
        if best.u == u32::MAX {
            return false;
        }
        self.unlink(best.u);
        if let Some(v) = best.v {
            self.unlink(v);
            self.link(v, best.v_after);
        }
        self.link(best.u, best.u_after);
        self.moves_made += 1;
        self.count(a);
        self.count(b);
        true
    }

    /// Change of drives when a visit leaves its lane: mostly negative.
    fn gain(&self, stop: u32) -> f64 {
        let (before, after) = (self.prev(stop), self.next(stop));
        self.leg(before, after) - self.leg(before, stop) - self.leg(stop, after)
    }

    fn best_places(&self, sequence: &[u32], lane: u16, out: &mut Vec<[Place; 3]>) {
        out.clear();
        for &stop in sequence {
            let mut best = [NOWHERE; 3];
            let mut after = self.start(lane);
            while after != self.end(lane) {
                let next = self.next(after);
                let cost = self.leg(after, stop) + self.leg(stop, next) - self.leg(after, next);
                if cost < best[2].cost {
                    best[2] = Place { cost, after };
                    if cost < best[1].cost {
                        best.swap(1, 2);
                        if cost < best[0].cost {
                            best.swap(0, 1);
                        }
                    }
                }
                after = next;
            }
            out.push(best);
        }
    }

    fn move_alone(&self, stop: u32, gain: f64, places: &[Place; 3], to: u16, best: &mut Best) {
        let place = places[0];
        let (load, service) = (self.demand(stop), self.service(stop));
        let cost = gain
            + place.cost
            + self.strain_rise(self.lane(stop), -load, gain, -service)
            + self.strain_rise(to, load, place.cost, service);
        if cost < best.cost {
            *best = Best { cost, u: stop, u_after: place.after, v: None, v_after: 0 };
        }
    }

    #[inline]
    fn swap_pair(
        &self,
        (u, gain_u, to_b): (u32, f64, &[Place; 3]),
        (v, to_a): (u32, &[Place; 3]),
        (a, b): (u16, u16),
        best: &mut Best,
    ) {
        let gain_v = self.gain(v);
        let load = self.demand(v) - self.demand(u);
        let least = gain_u + gain_v + self.load_rise(a, load) + self.load_rise(b, -load);
        if least >= best.cost {
            return;
        }
        let u_place = self.place_without(u, v, to_b);
        let v_place = self.place_without(v, u, to_a);
        let service = self.service(v) - self.service(u);
        let (drive_a, drive_b) = (gain_u + v_place.cost, gain_v + u_place.cost);
        let cost = drive_a
            + drive_b
            + self.strain_rise(a, load, drive_a, service)
            + self.strain_rise(b, -load, drive_b, -service);
        if cost < best.cost {
            *best = Best { cost, u, u_after: u_place.after, v: Some(v), v_after: v_place.after };
        }
    }

    /// The least that a lane's fines change with its load: those of its minutes may all go.
    #[inline]
    fn load_rise(&self, lane: u16, load: f64) -> f64 {
        let capacity = self.instance.lanes[lane as usize].capacity;
        self.fines.load * (self.routes[lane as usize].load + load - capacity).max(0.0)
            - self.routes[lane as usize].strain
    }

    /// The best place of a visit in a lane from which another one is taken out.
    #[inline]
    fn place_without(&self, stop: u32, gone: u32, places: &[Place; 3]) -> Place {
        let (before, after) = (self.prev(gone), self.next(gone));
        let there = self.leg(before, stop) + self.leg(stop, after) - self.leg(before, after);
        let mut best = Place { cost: there, after: before };
        for place in places {
            if place.after != gone && place.after != before && place.cost < best.cost {
                best = *place;
            }
        }
        best
    }
}
