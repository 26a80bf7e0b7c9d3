//! A server on loopback that does with each connection what the script says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) const QUEUED: &str = r#"{"status":"QUEUED"}"#;

/// What becomes of one connection.
#[derive(Clone, Debug)]
pub(crate) enum Play {
    /// Hangs up without reading.
    Close,
    /// Reads the request and hangs up.
    ReadAndClose,
    /// Reads the request and says nothing.
    Silence,
    /// Reads the request, writes this and hangs up.
    Answer(String),
    /// Reads the request and answers, a byte at a time.
    Drip(String),
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Play {
    let length = body.len();
    Play::Answer(format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    ))
}

pub(crate) fn queued() -> Play {
    answer("200 OK", "", QUEUED)
}

/// Runs until it is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Log {
    connections: usize,
    requests: Vec<String>,
}

impl Server {
    /// Each connection is the next play's, and the last play's once they have run out.
    pub(crate) async fn start(plays: impl IntoIterator<Item = Play>) -> Self {
        let plays: Vec<_> = plays.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::<Mutex<Log>>::default();
        let task = tokio::spawn(accept(listener, plays, Arc::clone(&log)));
        Self { url, log, task }
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    /// All that was read whole: head, blank line and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().requests.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, plays: Vec<Play>, log: Arc<Mutex<Log>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let number = {
            let mut log = log.lock().unwrap();
            log.connections += 1;
            log.connections - 1
        };
        let play = plays[number.min(plays.len() - 1)].clone();
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            if let Play::Close = play {
                return;
            }
            let mut stream = stream;
            let Some(request) = read_request(&mut stream).await else { return };
            log.lock().unwrap().requests.push(request);
            // The client may be gone already: that is its affair.
            let _ = perform(play, &mut stream).await;
        });
    }
}

async fn perform(play: Play, stream: &mut TcpStream) -> std::io::Result<()> {
    match play {
        Play::Close | Play::ReadAndClose => {}
        Play::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
        Play::Answer(answer) => {
            stream.write_all(answer.as_bytes()).await?;
            // What is left unread would turn the end of the connection into a reset.
            stream.shutdown().await?;
        }
        Play::Drip(answer) => {
            for byte in answer.bytes() {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    Ok(())
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Some(text);
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}
