//! The client of the agent, as `kh` and the window use it: the connection, starting the agent,
//! its start at login, a look at this machine's security, and finding the project file.

pub mod autostart;
mod connection;
pub mod host_security;
pub mod project_file;
pub mod spawn;

pub use connection::{
    Answered, Canceller, Client, Closer, Events, one_segment, session_from_environment,
};
