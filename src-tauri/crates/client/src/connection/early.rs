//! A request that goes out together with the greeting: one way to the agent and back for both.
//!
//! Only for requests without a secret. Which user is at the other end is checked before
//! anything is sent, and what the agent says of itself before the answer is read.

use std::marker::PhantomData;

use keyhaven_protocol::VERSION;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{Ask, Session};

use super::greeting::{GREETING, encoded};
use super::replacement::{Course, course};
use super::{Answered, Client};

/// The id of the request that goes out with the greeting.
const EARLY: u32 = GREETING + 1;

/// A request that was sent, whose answer is still to be read.
#[derive(Debug)]
pub struct PendingAnswer<R> {
    id: u32,
    request: PhantomData<R>,
}

impl Client {
    /// As [`Client::connect_or_start`], with a request that carries no secret. Where an agent
    /// runs already, it is sent together with the greeting.
    ///
    /// # Errors
    /// As [`Client::connect_or_start`].
    pub fn connect_or_start_asking<R: Ask + Clone>(
        place: &VaultPaths,
        session: &Session,
        request: R,
    ) -> Result<(Self, PendingAnswer<R>), Error> {
        let early = encoded(EARLY, request.clone().into_call())?;
        if let Some(client) = Self::greet(place, session, Some(&early))?
            && course(&client.agent, VERSION) == Course::Use
        {
            return Ok((client, PendingAnswer::new(EARLY)));
        }
        let mut client = Self::connect_or_start(place, session)?;
        let id = client.begin(request, &Segments::default())?;
        Ok((client, PendingAnswer::new(id)))
    }

    /// Reads the answer to a request that was sent.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn answer<R: Ask>(
        &mut self,
        pending: PendingAnswer<R>,
    ) -> Result<Answered<R::Answer>, Error> {
        self.hear_whole::<R>(pending.id, &mut |_| {})
    }
}

impl<R> PendingAnswer<R> {
    fn new(id: u32) -> Self {
        Self {
            id,
            request: PhantomData,
        }
    }
}
