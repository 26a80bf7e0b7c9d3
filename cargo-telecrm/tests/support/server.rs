//! A Sync API on loopback that answers what a test says, and notes what it was asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What is answered to a path below the enterprise, such as `metadata`; the query is left out.
pub(crate) type Answers = dyn Fn(&str) -> Answer + Send + Sync;

/// One answer.
pub(crate) enum Answer {
    /// A status line's end and a body.
    Whole(&'static str, String),
    /// The first bytes of a body that was promised to be longer.
    Half(String),
}

impl Answer {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self::Whole("200 OK", body.into())
    }
}

/// Answers as long as the test runs.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(answers: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (answers, log): (Arc<Answers>, _) = (Arc::new(answers), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that is gone is no affair of ours.
                let _ = answer(stream, &*answers, &log);
            }
        });
        Self { url, requests }
    }

    /// The heads of all requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no test panics in here").clone()
    }
}

fn answer(
    mut stream: TcpStream,
    answers: &Answers,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let target = head.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("/enterprise/acme/").unwrap_or(path).to_owned();
    log.lock().expect("no test panics in here").push(head);
    let (status, length, body) = match answers(&path) {
        Answer::Whole(status, body) => (status, body.len(), body),
        Answer::Half(body) => ("200 OK", body.len() * 2, body),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    stream.flush()
}
