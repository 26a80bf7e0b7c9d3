//! Interrupts: Ctrl-C, and SIGTERM on Unix.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Receiver of signals. It receives every signal after `new`.
#[cfg(unix)]
pub(super) struct Interrupt([Signal; 2]);

#[cfg(unix)]
impl Interrupt {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    pub(super) async fn wait(mut self) {
        use std::future::poll_fn;
        use std::task::Poll;

        poll_fn(|context| {
            // Both are polled, so that both wake this task.
            let received = self.0.each_mut().map(|signal| signal.poll_recv(context).is_ready());
            if received.contains(&true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Receiver of Ctrl-C. It receives every Ctrl-C after `new`.
#[cfg(windows)]
pub(super) struct Interrupt(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupt {
    pub(super) fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    pub(super) async fn wait(mut self) {
        // The stream ends only when the program ends.
        let _ = self.0.recv().await;
    }
}
