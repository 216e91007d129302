//! The connections that are served at a time, and which of them ends when there are too many.
//!
//! A new connection is always let in: where all seats are taken, one of the session with the most
//! ends. So a program with many connections, or with many processes, ends its own. Within the
//! session, a process with many connections loses one first, then the process that asked nothing
//! for longest: on a stream of events nothing is ever asked, so what its process asks elsewhere
//! counts for it too. A connection that waits for the state, a lock or the end
//! of the agent has one of a few reserved seats, from which it is not removed.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::task::AbortHandle;

use crate::guarded;
use crate::server::peer::Peer;

/// Connections of one process.
const MOST_OF_ONE: usize = 32;
/// A process with no more connections than this is no crowd: the window has fewer.
const FEW: usize = 4;
/// Connections of all processes.
const MOST: usize = 256;
/// Connections that cannot be removed, since they wait for the state, a lock or the end.
const RESERVED: usize = 16;

/// The seats of an agent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seats(Arc<Mutex<TakenSeats>>);

#[derive(Debug, Default)]
struct TakenSeats {
    /// Counts connections and what is asked on them: the lower, the longer ago.
    clock: u64,
    seats: HashMap<u64, TakenSeat>,
}

#[derive(Debug)]
struct TakenSeat {
    pid: u32,
    session: u32,
    last_used: u64,
    /// When its process asked something, also on a connection that has ended.
    process_used: u64,
    reserved: bool,
    end: Option<AbortHandle>,
}

/// A connection's seat, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Seats,
    number: u64,
}

/// A seat is reserved as long as this lives.
#[derive(Debug)]
pub(crate) struct Reservation(Option<Arc<Seat>>);

impl Seats {
    /// A seat for a new connection; none when its process has too many, or all are reserved.
    pub(crate) fn take(&self, peer: &Peer) -> Option<Seat> {
        let mut taken = guarded(&self.0);
        let of_one = taken.seats.values().filter(|seat| seat.pid == peer.pid);
        if of_one.count() >= MOST_OF_ONE {
            return None;
        }
        let number = taken.tick();
        // Before one ends, which would else be the process's own.
        taken.process_used(peer.pid, number);
        if taken.seats.len() >= MOST {
            taken.end_one(peer.session)?;
        }
        let seat = TakenSeat {
            pid: peer.pid,
            session: peer.session,
            last_used: number,
            process_used: number,
            reserved: false,
            end: None,
        };
        taken.seats.insert(number, seat);
        Some(Seat {
            seats: self.clone(),
            number,
        })
    }

    /// The task that serves the connection of this seat.
    pub(crate) fn served_by(&self, number: u64, task: AbortHandle) {
        match guarded(&self.0).seats.get_mut(&number) {
            Some(seat) => seat.end = Some(task),
            // Removed before it began.
            None => task.abort(),
        }
    }
}

impl TakenSeats {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn process_used(&mut self, pid: u32, now: u64) {
        for seat in self.seats.values_mut().filter(|seat| seat.pid == pid) {
            seat.process_used = now;
        }
    }

    /// Ends a connection for a new one of this session.
    fn end_one(&mut self, session: u32) -> Option<()> {
        let mut sessions = HashMap::from([(session, 1_usize)]);
        let mut processes: HashMap<u32, usize> = HashMap::new();
        for seat in self.seats.values() {
            *sessions.entry(seat.session).or_default() += 1;
            *processes.entry(seat.pid).or_default() += 1;
        }
        let rank = |seat: &TakenSeat| {
            let of_process = processes.get(&seat.pid)?.saturating_sub(FEW);
            let idle = Reverse((seat.process_used, seat.last_used));
            Some((*sessions.get(&seat.session)?, of_process, idle))
        };
        let removable = self.seats.iter().filter(|(_, seat)| !seat.reserved);
        let (number, _) = removable.max_by_key(|(_, seat)| rank(seat))?;
        let number = *number;
        if let Some(task) = self.seats.remove(&number).and_then(|seat| seat.end) {
            task.abort();
        }
        Some(())
    }
}

impl Seat {
    /// Names the seat to [`Seats::served_by`].
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Something was asked on the connection.
    pub(crate) fn used(&self) {
        let mut taken = guarded(&self.seats.0);
        let now = taken.tick();
        let Some(seat) = taken.seats.get_mut(&self.number) else {
            return;
        };
        seat.last_used = now;
        let pid = seat.pid;
        taken.process_used(pid, now);
    }

    /// Keeps the seat until the answer, if one of those to be reserved is free.
    pub(crate) fn reserve(self: &Arc<Self>) -> Reservation {
        let mut taken = guarded(&self.seats.0);
        let reserved = taken.seats.values().filter(|seat| seat.reserved).count();
        match taken.seats.get_mut(&self.number) {
            Some(seat) if reserved < RESERVED && !seat.reserved => {
                seat.reserved = true;
                Reservation(Some(self.clone()))
            }
            _ => Reservation(None),
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        guarded(&self.seats.0).seats.remove(&self.number);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(seat) = &self.0
            && let Some(taken) = guarded(&seat.seats.0).seats.get_mut(&seat.number)
        {
            taken.reserved = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::peer::myself;

    fn peer(pid: u32, session: u32) -> Peer {
        Peer {
            pid,
            session,
            ..myself()
        }
    }

    fn is_taken(seat: &Seat) -> bool {
        guarded(&seat.seats.0).seats.contains_key(&seat.number)
    }

    /// Seats of many processes, 8 of each, all in one session.
    fn flood(seats: &Seats, count: usize, session: u32) -> Vec<Arc<Seat>> {
        (0..count)
            .map(|at| seats.take(&peer(1000 + u32::try_from(at / 8).unwrap(), session)))
            .map(|seat| Arc::new(seat.unwrap()))
            .collect()
    }

    #[test]
    fn one_process_cannot_take_all_seats() {
        let seats = Seats::default();
        let mut of_one: Vec<Seat> = Vec::new();
        while let Some(seat) = seats.take(&peer(1, 1)) {
            of_one.push(seat);
        }
        assert_eq!(of_one.len(), MOST_OF_ONE);
        assert!(seats.take(&peer(2, 1)).is_some());
        of_one.pop();
        assert!(seats.take(&peer(1, 1)).is_some());
        of_one.clear();
        assert!(guarded(&seats.0).seats.is_empty());
    }

    /// All are of one session, and nothing is ever asked on a stream of events.
    #[test]
    fn a_window_keeps_its_events_while_programs_of_its_session_crowd() {
        let seats = Seats::default();
        let window: Vec<Seat> = (0..2).map(|_| seats.take(&peer(1, 1)).unwrap()).collect();
        let many = flood(&seats, MOST - 2, 1);
        many.iter().for_each(|seat| seat.used());
        let more = flood(&seats, 100, 1);
        assert!(window.iter().all(is_taken));
        drop((many, more));

        // Where others have as few, it keeps them by what it asks on further connections.
        let few: Vec<Seat> = (0..MOST - 2)
            .map(|at| seats.take(&peer(2000 + u32::try_from(at).unwrap(), 1)))
            .map(Option::unwrap)
            .collect();
        drop(seats.take(&peer(1, 1)).unwrap());
        let _new = seats.take(&peer(5000, 1)).unwrap();
        assert!(window.iter().all(is_taken) && !is_taken(&few[0]));
    }

    #[test]
    fn the_idlest_of_the_largest_crowd_makes_room() {
        let seats = Seats::default();
        let window = seats.take(&peer(1, 1)).unwrap();
        let many = flood(&seats, MOST - 1, 2);
        many[0].used();
        let new = seats.take(&peer(3, 3)).unwrap();
        assert!(is_taken(&window) && is_taken(&new));
        let ended: Vec<usize> = (0..many.len()).filter(|at| !is_taken(&many[*at])).collect();
        assert_eq!(ended, [8], "the first process was used since");
        // The crowd itself gets no more.
        for at in 0..1000 {
            assert!(seats.take(&peer(100 + at, 2)).is_some());
        }
        assert!(is_taken(&window) && is_taken(&new));
        assert!(guarded(&seats.0).seats.len() <= MOST);
    }

    #[test]
    fn without_a_crowd_the_idlest_of_all_makes_room() {
        let seats = Seats::default();
        let each: Vec<Seat> = (0..MOST)
            .map(|at| u32::try_from(at).unwrap())
            .map(|at| seats.take(&peer(at, at)).unwrap())
            .collect();
        each[0].used();
        let new = seats.take(&peer(9999, 9999)).unwrap();
        assert!(is_taken(&new) && is_taken(&each[0]) && !is_taken(&each[1]));
    }

    #[test]
    fn who_waits_for_a_lock_is_not_removed_and_only_a_few_can_wait_so() {
        let seats = Seats::default();
        let many = flood(&seats, MOST, 2);
        let reserved: Vec<Reservation> = many.iter().map(|seat| seat.reserve()).collect();
        for at in 0..500 {
            drop(seats.take(&peer(5000 + at, 2)).unwrap());
        }
        let left: Vec<bool> = many.iter().map(|seat| is_taken(seat)).collect();
        assert_eq!(left.iter().filter(|taken| **taken).count(), MOST - 1);
        assert!(left[..RESERVED].iter().all(|taken| *taken));
        drop(reserved);
        drop(seats.take(&peer(1, 2)).unwrap());
        assert!(guarded(&seats.0).seats.values().all(|seat| !seat.reserved));
    }

    #[tokio::test]
    async fn the_task_of_a_removed_connection_ends() {
        let seats = Seats::default();
        let many = flood(&seats, MOST, 2);
        let waits = || tokio::spawn(std::future::pending::<()>());
        let (first, second) = (waits(), waits());
        seats.served_by(many[0].number(), first.abort_handle());
        let _new = seats.take(&peer(1, 1)).unwrap();
        assert!(first.await.unwrap_err().is_cancelled());
        // One that was removed before its task was known ends as well.
        seats.served_by(many[0].number(), second.abort_handle());
        assert!(second.await.unwrap_err().is_cancelled());
    }
}
