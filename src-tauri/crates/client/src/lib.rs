//! The client of the agent, as `kh` and the window use it: the connection, starting the agent,
//! making it lock or end, its start at login, sending an import, a look at this machine's security, the findings of
//! doctor, finding the project file, writing private files, judging passwords, and the texts of errors and notices.

pub mod agent_process;
pub mod autostart;
mod connection;
pub mod doctor;
pub mod host_security;
pub mod import;
mod lock_holder;
pub mod private_file;
pub mod private_group;
pub mod project_file;
pub mod spawn;
pub mod strength;
pub mod text;

pub use keyhaven_messages as messages;
pub use keyhaven_messages::{Language, Style, Text};

pub use connection::{
    Answered, Canceller, Client, Closer, Events, PendingAnswer, one_segment,
    session_from_environment,
};
