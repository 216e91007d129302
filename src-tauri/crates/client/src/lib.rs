//! The client of the agent, as `kh` and the window use it: the connection, starting the agent,
//! its start at login, sending an import, a look at this machine's security, the findings of
//! doctor, finding the project file, writing private files, and the texts of errors and notices.

pub mod autostart;
mod connection;
pub mod doctor;
pub mod host_security;
pub mod import;
pub mod private_file;
pub mod project_file;
pub mod spawn;
pub mod text;

pub use keyhaven_messages::{Language, Style, Text};

pub use connection::{
    Answered, Canceller, Client, Closer, Events, one_segment, own_peer, session_from_environment,
};
