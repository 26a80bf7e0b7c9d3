//! Interrupts: Ctrl-C, and SIGTERM where the system has it.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Receiver of signals; none is missed after `new`.
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
            // Both are polled, so that both wake this.
            let came = self.0.each_mut().map(|it| it.poll_recv(context).is_ready());
            if came.contains(&true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Receiver of Ctrl-C; none is missed after `new`.
#[cfg(windows)]
pub(super) struct Interrupt(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupt {
    pub(super) fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    pub(super) async fn wait(mut self) {
        // It ends when the program does.
        let _ = self.0.recv().await;
    }
}
