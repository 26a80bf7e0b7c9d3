//! A server that queues everything, in a separate process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

pub use test_support::http::Server;

/// Serves until the parent process ends: the main function of a program that [`Child`] starts.
pub fn serve_parent() {
    let server = Server::counting();
    println!("{}", server.url());
    // The pipe from the parent closes when the parent ends.
    let _ = std::io::stdin().read(&mut [0]);
}

/// This program in a second process, as the server, so that the memory of this process can be measured.
/// It calls [`serve_parent`] if its argument is `server`.
pub struct Child {
    pub url: String,
    process: std::process::Child,
}

impl Child {
    /// Starts the server.
    ///
    /// # Panics
    ///
    /// Panics if the server cannot be started.
    #[must_use]
    pub fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server");
        let mut url = String::new();
        let output = process.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut url).expect("its URL");
        Self { url: url.trim().to_owned(), process }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
