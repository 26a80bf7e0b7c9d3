//! A server that queues everything, in this process or in one of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"status\":\"QUEUED\"}";

/// The server on threads of this process; it ends with the process.
pub struct Server {
    pub url: String,
    answered: Arc<AtomicU64>,
}

impl Server {
    /// Starts it on a free port.
    ///
    /// # Panics
    ///
    /// Without a free port.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answered = Arc::<AtomicU64>::default();
        let counter = Arc::clone(&answered);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                std::thread::spawn(move || serve(stream, &counter));
            }
        });
        Self { url, answered }
    }

    /// How many requests it has answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }
}

/// Serves until the parent ends: the main function of a program that is started as [`Child`].
pub fn serve_parent() {
    println!("{}", Server::start().url);
    // Ends with its parent's pipe.
    let _ = std::io::stdin().read(&mut [0]);
}

fn serve(stream: TcpStream, answered: &AtomicU64) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut body = Vec::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body).ok()?;
        writer.write_all(ANSWER).ok()?;
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// This program once more as the server, where the memory of this process is measured: it calls
/// [`serve_parent`] when its argument is `server`.
pub struct Child {
    pub url: String,
    process: std::process::Child,
}

impl Child {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
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
