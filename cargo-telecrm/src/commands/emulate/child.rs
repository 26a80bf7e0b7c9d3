//! The command that runs while the emulator runs.

use std::ffi::OsString;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use telecrm_emulator::Emulator;
use telecrm_schema::escaped;
use tokio::process::{Child, Command};

use super::announce::environment;
use crate::commands::interrupt::Interrupt;
use crate::exit::Failure;

/// Time in which an interrupted command may end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// Starts a command with the emulator's URLs and tokens in its environment.
pub(super) fn spawn(command: &[OsString], telecrm: &Emulator) -> Result<Option<Child>, Failure> {
    let Some((program, arguments)) = command.split_first() else { return Ok(None) };
    let mut command = Command::new(program);
    command.args(arguments).envs(environment(telecrm)).kill_on_drop(true);
    let child = command.spawn().map_err(|error| {
        let program = escaped(&program.to_string_lossy());
        Failure::new(format!("cannot start `{program}`: {error}"))
    })?;
    Ok(Some(child))
}

/// Waits until the command ends, or, without a command, until an interrupt. Returns the command's
/// exit code.
pub(super) async fn end(child: Option<Child>, interrupt: Interrupt) -> Result<Option<u8>, Failure> {
    let Some(mut child) = child else {
        interrupt.wait().await;
        return Ok(None);
    };
    tokio::select! {
        status = child.wait() => return finished(status),
        () = interrupt.wait() => {}
    }
    // Ctrl-C also reaches the command; a signal that is sent only to this process does not.
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return finished(status);
    }
    // The command may have ended in the meantime.
    let _ = child.start_kill();
    finished(child.wait().await)
}

fn finished(status: io::Result<ExitStatus>) -> Result<Option<u8>, Failure> {
    let status =
        status.map_err(|error| Failure::new(format!("cannot await the command: {error}")))?;
    Ok(Some(code(status)))
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        // The code that shells use for a signal.
        return u8::try_from(signal).map_or(u8::MAX, |signal| signal.saturating_add(128));
    }
    // Windows has larger codes; none of them means success.
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
