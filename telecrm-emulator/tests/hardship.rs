//! What bad and heavy clients do: each gets an answer or a closed connection, and the others are
//! served.

mod common;

use std::time::Duration;

use common::{client, emulator, post, raw};
use serde_json::json;
use telecrm_emulator::{Emulator, MAX_DELIVERIES};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn still_serves(telecrm: &Emulator) {
    post(telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
}

/// Numbers that look random, the same in every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(next).collect()
}

fn head(telecrm: &Emulator, more: &str) -> Vec<u8> {
    format!(
        "POST /enterprise/{}/autoupdatelead HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\nconnection: close\r\n{more}\r\n",
        telecrm.enterprise_id(),
        telecrm.async_token(),
    )
    .into_bytes()
}

async fn posted(telecrm: &Emulator, body: &[u8]) -> String {
    let mut bytes = head(telecrm, &format!("content-length: {}\r\n", body.len()));
    bytes.extend_from_slice(body);
    String::from_utf8_lossy(&raw(telecrm, &bytes).await).into_owned()
}

#[tokio::test]
async fn random_bytes_as_request_and_as_body() {
    let telecrm = emulator().await;
    for seed in 0..150 {
        let bytes = noise(seed * 7919 + 1, usize::try_from(seed).expect("small") * 11);
        raw(&telecrm, &bytes).await;
        let answer = posted(&telecrm, &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    still_serves(&telecrm).await;
}

#[tokio::test]
async fn good_requests_with_bytes_changed_never_stop_it() {
    let telecrm = emulator().await;
    let good = br#"{"fields":{"phone":"9999999999","rating":5,"interests":["VIP"]},"actions":[{"type":"ACTION_1001","fields":{"note":"a"}}]}"#;
    for seed in 1..300_u64 {
        let noise = noise(seed * 104_729, 4);
        let mut body = good.to_vec();
        for pair in noise.chunks(2) {
            let at = usize::from(pair[0]) % body.len();
            body[at] = pair[1];
        }
        let answer = posted(&telecrm, &body).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 400 "),
            "{answer}"
        );
    }
    // The page shows whatever came.
    assert_eq!(client().get(telecrm.url()).send().await.expect("a page").status(), 200);
}

#[tokio::test]
async fn deep_json_is_refused() {
    let telecrm = emulator().await;
    for (open, close) in [("[", "]"), ("{\"fields\":", "}")] {
        for depth in [127, 128, 1000, 50_000] {
            let body = format!("{}{}", open.repeat(depth), close.repeat(depth));
            let answer = posted(&telecrm, body.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{depth}: {answer}");
        }
    }
    // Below the limit of depth it is a value like any other.
    let deep = format!(
        "{{\"fields\":{{\"phone\":\"9999999999\",\"name\":{}{}}}}}",
        "[".repeat(120),
        "]".repeat(120)
    );
    assert!(posted(&telecrm, deep.as_bytes()).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(client().get(telecrm.url()).send().await.expect("a page").status(), 200);
}

#[tokio::test]
async fn a_body_of_100_megabytes_is_answered_or_cut_off() {
    let telecrm = emulator().await;
    for more in ["content-length: 104857600\r\n", "transfer-encoding: chunked\r\n"] {
        let chunked = more.starts_with('t');
        let address = telecrm.url().trim_start_matches("http://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
        stream.write_all(&head(&telecrm, more)).await.expect("it reads the head");
        let megabyte = vec![b'['; 1024 * 1024];
        for _ in 0..100 {
            let wrap = if chunked {
                (b"100000\r\n".as_slice(), b"\r\n".as_slice())
            } else {
                (&b""[..], &b""[..])
            };
            let sent = async {
                stream.write_all(wrap.0).await?;
                stream.write_all(&megabyte).await?;
                stream.write_all(wrap.1).await
            };
            if sent.await.is_err() {
                break;
            }
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413 "), "{answer}");
        still_serves(&telecrm).await;
    }
}

#[tokio::test]
async fn slow_clients_are_given_up_and_keep_nobody_waiting() {
    let builder = Emulator::builder().schema_file(common::SCHEMA);
    let builder = builder.read_timeout(Duration::from_millis(300));
    let telecrm = builder.start().await.expect("the schema is good");
    let address = telecrm.url().trim_start_matches("http://").to_owned();
    let slow = async |sent: Vec<u8>| {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("it listens");
        stream.write_all(&sent).await.expect("it reads");
        stream
    };
    let mut in_head = slow(b"POST /enterprise/x HTTP/1.1\r\nhost".to_vec()).await;
    let mut in_body = slow(head(&telecrm, "content-length: 50\r\n")).await;
    let mut silent = slow(Vec::new()).await;
    still_serves(&telecrm).await;
    for stream in [&mut in_head, &mut silent] {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    let mut answer = String::new();
    let _ = in_body.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    still_serves(&telecrm).await;
}

#[tokio::test]
async fn a_thousand_idle_connections_leave_room_for_others() {
    let telecrm = emulator().await;
    let address = telecrm.url().trim_start_matches("http://").to_owned();
    let mut idle = Vec::new();
    for n in 0..1000 {
        // Where a process may open fewer files than this takes, the client runs out first.
        let Ok(mut stream) = tokio::net::TcpStream::connect(&address).await else { break };
        if n % 2 == 0 {
            let _ = stream.write_all(b"POST / HTTP/1.1\r\n").await;
        }
        idle.push(stream);
    }
    if idle.len() < 1000 {
        // The server shares the process and its limit: make room to be served in.
        idle.truncate(idle.len() / 2);
    }
    still_serves(&telecrm).await;
    assert_eq!(telecrm.leads().len(), 1);
}

/// A sample of the load that the bench `emulator` puts on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_thousand_deliveries_are_counted_one_by_one_and_the_ring_is_bounded() {
    const CONNECTIONS: u32 = 8;
    const EACH: u32 = 1_500;
    let builder = Emulator::builder().schema_file(common::SCHEMA).hourly_limit(None);
    let telecrm = builder.start().await.expect("the schema is good");
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let client = client();
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..CONNECTIONS {
        let (client, url, token) = (client.clone(), url.clone(), telecrm.async_token());
        senders.spawn(async move {
            for n in 0..EACH {
                // One of ten has a drop, one of fifty is lost whole.
                let mut body = json!({ "fields": { "phone": format!("99999{:05}", n % 50 + 100 * connection) } });
                if n % 10 == 0 {
                    body["fields"]["rating"] = 9.into();
                }
                if n % 50 == 1 {
                    body = json!({ "fields": {} });
                }
                let request = client.post(&url).bearer_auth(token).json(&body);
                assert_eq!(request.send().await.expect("an answer").status(), 200);
            }
        });
    }
    while let Some(done) = senders.join_next().await {
        done.expect("every request is answered");
    }
    let all = u64::from(CONNECTIONS * EACH);
    let counters = telecrm.counters();
    assert_eq!((counters.queued, counters.waiting, counters.refused), (all, 0, 0));
    assert_eq!((counters.lost_whole, counters.with_drops), (all / 50, all / 10));
    assert_eq!(counters.clean, all - all / 50 - all / 10);
    assert_eq!(telecrm.deliveries().len(), MAX_DELIVERIES);
    assert_eq!(telecrm.leads().len(), 49 * 8);
}
