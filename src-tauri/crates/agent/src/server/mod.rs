//! The socket and its connections: who may speak, what is read, and what is answered.

pub(crate) mod answer_room;
pub(crate) mod client_session;
mod connection;
pub(crate) mod events;
pub(crate) mod frame_io;
pub(crate) mod import_session;
pub(crate) mod listener;
pub(crate) mod peer;
mod peer_stream;
pub(crate) mod ready_pipe;
pub(crate) mod removal_watch;
pub(crate) mod reply_writer;
mod router;
pub(crate) mod seats;
pub(crate) mod socket;
pub(crate) mod socket_note;
