//! The door against a server of a few lines that can break every rule of HTTP.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::*;

const MILLISECOND: Duration = Duration::from_millis(1);

/// `{"value":[1,2,3]}` and a line end, 20 times, as `gzip` packs it.
const PACKED: [u8; 43] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 75, 204, 41, 77, 85, 178, 138, 54, 212, 49, 210, 49, 142,
    173, 229, 170, 30, 21, 161, 129, 8, 0, 254, 162, 157, 98, 104, 1, 0, 0,
];

/// One thing that the server does on a connection.
enum Step {
    /// Reads up to the empty line and reports what it read.
    Hear,
    /// Reads one byte, so that closing with the rest unread is a reset.
    HearOneByte,
    Say(Vec<u8>),
    Wait(Duration),
}

use Step::{Hear, HearOneByte, Say, Wait};

fn say(text: &str) -> Step {
    Say(text.as_bytes().to_vec())
}

/// A server that plays a script on each connection and then closes it.
struct Server {
    url: String,
    heard: Receiver<String>,
}

impl Server {
    fn start(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/data", listener.local_addr().unwrap());
        let (tell, heard) = mpsc::channel();
        thread::spawn(move || {
            for script in scripts {
                let (mut stream, _) = listener.accept().unwrap();
                for step in script {
                    match step {
                        Hear => drop(tell.send(read_head(&mut stream))),
                        HearOneByte => stream.read_exact(&mut [0]).unwrap(),
                        // The other side may be gone by now, which is the point of some tests.
                        Say(bytes) => drop(stream.write_all(&bytes)),
                        Wait(time) => thread::sleep(time),
                    }
                }
            }
        });
        Self { url, heard }
    }

    /// A server that hears one question and says one answer.
    fn saying(answer: &str) -> Self {
        Self::start(vec![vec![Hear, say(answer)]])
    }

    fn packed(head: &str, body: &[u8]) -> Self {
        Self::start(vec![vec![Hear, say(head), Say(body.to_vec())]])
    }

    fn get(&self) -> Result<Answer, NetworkError> {
        patient().get(&plain(&self.url))
    }

    /// What reading the whole content gives; the headers must be fine.
    fn content(&self) -> io::Result<String> {
        content(&mut self.get().unwrap())
    }

    /// The error that reading the content must give, after it has proved to stay one.
    fn broken_content(&self) -> NetworkError {
        let mut answer = self.get().unwrap();
        let error = content(&mut answer).unwrap_err();
        assert!(answer.body.read(&mut [0; 8]).is_err(), "the second read says end");
        let failure = error.get_ref().unwrap().downcast_ref::<NetworkError>().unwrap();
        assert!(failure.is_temporary());
        failure.clone()
    }
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

fn content(answer: &mut Answer) -> io::Result<String> {
    let mut text = String::new();
    answer.body.read_to_string(&mut text)?;
    Ok(text)
}

fn plain(url: &str) -> Question<'_> {
    Question {
        url,
        etag: None,
        last_modified: None,
        accept: "application/json",
        whole: None,
    }
}

fn network(connect: u64, silence: u64, whole: u64) -> Network {
    let limits = Limits {
        connect: MILLISECOND * connect as u32,
        silence: MILLISECOND * silence as u32,
        whole: MILLISECOND * whole as u32,
    };
    Network::with_proxy(limits, "nulmeting/test (+mailto:beheer@example.nl)", None)
}

/// Waits much longer than any script takes.
fn patient() -> Network {
    network(5000, 5000, 10_000)
}

#[test]
fn a_door_is_shared_over_threads_and_an_answer_is_read_in_another() {
    fn shared<T: Clone + Send + Sync>() {}
    fn sent<T: Send + 'static>() {}
    shared::<Network>();
    sent::<Answer>();
}

#[test]
fn the_limits_are_those_of_a_night() {
    let limits = Limits::default();
    let seconds = [limits.connect, limits.silence, limits.whole].map(|limit| limit.as_secs());
    assert_eq!(seconds, [15, 90, 300]);
}

#[test]
fn the_question_goes_out_as_it_was_put() {
    let server = Server::saying("HTTP/1.1 304 Not Modified\r\nETag: \"b\"\r\n\r\n");
    let url = format!("{}?$filter=Perioden%20eq%20'2024JJ00'&$format=json", server.url);
    let answer = patient()
        .get(&Question {
            url: &url,
            etag: Some("W/\"a\""),
            last_modified: Some("Mon, 15 Jun 2026 00:00:00 GMT"),
            accept: "application/json",
            whole: None,
        })
        .unwrap();
    assert_eq!(answer.status, 304);
    assert_eq!(answer.etag.as_deref(), Some("\"b\""));
    let heard = server.heard.recv().unwrap().to_lowercase();
    let first = heard.lines().next().unwrap();
    assert_eq!(
        first,
        "get /data?$filter=perioden%20eq%20'2024jj00'&$format=json http/1.1"
    );
    for line in [
        "accept: application/json",
        "accept-encoding: gzip",
        "if-none-match: w/\"a\"",
        "if-modified-since: mon, 15 jun 2026 00:00:00 gmt",
        "user-agent: nulmeting/test (+mailto:beheer@example.nl)",
    ] {
        assert!(heard.lines().any(|other| other == line), "{line} in {heard}");
    }
    assert!(!heard.contains("cookie"));
}

#[test]
fn what_no_header_can_hold_is_left_out_and_nothing_panics() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let network = Network::new(Limits::default(), "nul\r\nX-Evil: 1\u{e9}meting");
    let question = Question {
        etag: Some("\"a\r\nX-Evil: 2\""),
        ..plain(&server.url)
    };
    assert_eq!(network.get(&question).unwrap().status, 200);
    let heard = server.heard.recv().unwrap().to_lowercase();
    assert!(!heard.contains("\nx-evil"), "{heard}");
    assert!(!heard.contains("if-none-match"), "{heard}");
}

#[test]
fn an_answer_comes_with_its_headers_and_content() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json;odata=minimalmetadata; charset=utf-8\r\n\
         Last-Modified: Mon, 15 Jun 2026 00:00:00 GMT\r\nETag: caf\u{e9}\r\nSet-Cookie: a=b\r\n\
         Content-Length: 12\r\n\r\n{\"value\":[]}",
    );
    let mut answer = server.get().unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.content_type.as_deref(),
        Some("application/json;odata=minimalmetadata; charset=utf-8")
    );
    assert_eq!(
        answer.last_modified.as_deref(),
        Some("Mon, 15 Jun 2026 00:00:00 GMT")
    );
    assert_eq!((answer.etag.as_deref(), answer.retry_after), (None, None));
    assert_eq!(answer.length, Some(12));
    assert_eq!(content(&mut answer).unwrap(), "{\"value\":[]}");
    assert_eq!(answer.body.read(&mut [0; 8]).unwrap(), 0);
}

#[test]
fn a_status_that_is_no_success_is_an_answer_with_its_content() {
    let server = Server::saying(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\ndruk",
    );
    let mut answer = server.get().unwrap();
    assert_eq!(answer.status, 503);
    assert_eq!(answer.retry_after, Some(RetryAfter::Seconds(120)));
    assert_eq!(content(&mut answer).unwrap(), "druk");
}

#[test]
fn a_redirect_is_reported_and_not_followed() {
    let elsewhere = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for status in [301, 302, 303, 307, 308] {
        let server = Server::saying(&format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 2\r\n\r\nja",
            elsewhere.url
        ));
        let answer = server.get().unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.location.as_ref(), Some(&elsewhere.url));
    }
    assert!(elsewhere.heard.try_recv().is_err());
}

#[test]
fn a_connection_is_kept_for_the_next_question() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nja";
    // One connection: a second one would never be accepted.
    let server = Server::start(vec![vec![Hear, say(answer), Hear, say(answer)]]);
    let network = patient();
    for _ in 0..2 {
        let mut found = network.clone().get(&plain(&server.url)).unwrap();
        assert_eq!(content(&mut found).unwrap(), "ja");
    }
}

#[test]
fn chunks_are_put_together_and_gzip_is_unpacked() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nja\r\n3\r\nnee\r\n0\r\n\r\n",
    );
    assert_eq!(server.content().unwrap(), "janee");
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 43\r\n\r\n";
    let mut answer = Server::packed(head, &PACKED).get().unwrap();
    assert_eq!(answer.length, None);
    assert_eq!(content(&mut answer).unwrap(), "{\"value\":[1,2,3]}\n".repeat(20));
}

#[test]
fn a_content_that_is_shorter_than_announced_is_broken_off() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    let failure = server.broken_content();
    assert!(
        matches!(failure, NetworkError::BrokenOff { received: 5, .. }),
        "{failure}"
    );
}

#[test]
fn chunks_without_the_last_one_are_broken_off() {
    for chunks in ["5\r\n12345\r\n", "5\r\n123", "5\r\n12345\r\n5", "5\r\n12345\r\n0"] {
        let server = Server::saying(&format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
        ));
        let failure = server.broken_content();
        assert!(
            matches!(failure, NetworkError::BrokenOff { .. }),
            "{chunks:?}: {failure}"
        );
    }
}

#[test]
fn a_chunk_without_a_length_is_a_bad_reply() {
    let server =
        Server::saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nzz\r\n\r\n");
    let failure = server.broken_content();
    assert!(matches!(failure, NetworkError::BadReply { .. }), "{failure}");
}

#[test]
fn gzip_that_is_cut_off_is_broken_off_at_every_byte_however_the_content_ends() {
    for cut in 0..PACKED.len() {
        let part = &PACKED[..cut];
        for length in [
            "Connection: close".to_owned(),
            format!("Content-Length: {cut}"),
            "Content-Length: 43".to_owned(),
        ] {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{length}\r\n\r\n");
            let failure = Server::packed(&head, part).broken_content();
            assert!(
                matches!(failure, NetworkError::BrokenOff { .. }),
                "{cut} {length}: {failure}"
            );
        }
    }
}

#[test]
fn whole_gzip_in_a_content_that_is_too_short_is_broken_off() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 60\r\n\r\n";
    let failure = Server::packed(head, &PACKED).broken_content();
    assert!(
        matches!(failure, NetworkError::BrokenOff { received: 360, .. }),
        "{failure}"
    );
}

#[test]
fn damaged_gzip_is_a_bad_reply() {
    let mut damaged = PACKED;
    damaged[36] ^= 1;
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 43\r\n\r\n";
    let failure = Server::packed(head, &damaged).broken_content();
    assert!(matches!(failure, NetworkError::BadReply { .. }), "{failure}");
}

#[test]
fn a_reset_is_never_the_end_of_the_content() {
    for length in [
        "Connection: close\r\n\r\n12345",
        "Content-Length: 10\r\n\r\n12345",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
    ] {
        let server = Server::start(vec![vec![
            HearOneByte,
            say(&format!("HTTP/1.1 200 OK\r\n{length}")),
            Wait(MILLISECOND * 30),
        ]]);
        let failure = server.broken_content();
        assert!(
            matches!(failure, NetworkError::BrokenOff { .. }),
            "{length}: {failure}"
        );
    }
}

#[test]
fn a_connection_that_goes_before_the_headers_are_whole_is_broken_off() {
    for script in [
        vec![Hear],
        vec![HearOneByte],
        vec![Hear, say("HTTP/1.1 200 OK\r\nContent-Le")],
    ] {
        let failure = Server::start(vec![script]).get().err().unwrap();
        assert!(
            matches!(failure, NetworkError::BrokenOff { received: 0, .. }),
            "{failure}"
        );
        assert!(failure.is_temporary());
    }
}

#[test]
fn what_is_no_http_is_a_bad_reply() {
    for answer in [
        "220 mail.example.nl ESMTP\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: tien\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 5\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n12345",
    ] {
        let failure = Server::saying(answer).get().err().unwrap();
        assert!(
            matches!(failure, NetworkError::BadReply { .. }),
            "{answer:?}: {failure}"
        );
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "9".repeat(100_000));
    let failure = Server::saying(&endless).get().err().unwrap();
    assert!(matches!(failure, NetworkError::BadReply { .. }), "{failure}");
}

#[test]
fn silence_ends_the_wait_for_the_headers_and_for_the_content() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
    let network = network(5000, 60, 10_000);
    let assert_silence = |failure: &NetworkError| {
        assert!(matches!(failure, NetworkError::Silence { .. }), "{failure}");
        assert!(failure.to_string().ends_with(": silent for 60ms"), "{failure}");
    };
    let started = Instant::now();
    let server = Server::start(vec![vec![Hear, Wait(MILLISECOND * 1500)]]);
    assert_silence(&network.get(&plain(&server.url)).err().unwrap());
    let server = Server::start(vec![vec![Hear, say(head), Wait(MILLISECOND * 1500)]]);
    let mut answer = network.get(&plain(&server.url)).unwrap();
    let error = content(&mut answer).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_silence(error.get_ref().unwrap().downcast_ref::<NetworkError>().unwrap());
    assert!(started.elapsed() < MILLISECOND * 1500);
}

#[test]
fn bytes_that_keep_dripping_in_do_not_stretch_the_whole() {
    let mut script = vec![Hear, say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")];
    for _ in 0..100 {
        script.extend([say("1"), Wait(MILLISECOND * 20)]);
    }
    let server = Server::start(vec![script]);
    let started = Instant::now();
    let mut answer = network(5000, 1000, 200).get(&plain(&server.url)).unwrap();
    let error = content(&mut answer).unwrap_err();
    let failure = error.get_ref().unwrap().downcast_ref::<NetworkError>().unwrap();
    assert!(matches!(failure, NetworkError::TooSlow { .. }), "{failure}");
    assert!(started.elapsed() < MILLISECOND * 1500);
}

#[test]
fn a_closed_port_is_unreachable_and_worth_another_try() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = closed.local_addr().unwrap().to_string();
    drop(closed);
    let failure = patient().get(&plain(&format!("http://{host}/"))).err().unwrap();
    assert!(matches!(failure, NetworkError::Unreachable { .. }), "{failure}");
    assert!(failure.to_string().starts_with(&host), "{failure}");
    assert!(failure.is_temporary());
}

#[test]
fn a_name_that_leads_nowhere_is_the_fault_of_the_name_and_not_of_the_host() {
    let failure = network(1000, 1000, 3000)
        .get(&plain("https://dataderden.invalid/"))
        .err()
        .unwrap();
    assert!(
        matches!(
            failure,
            NetworkError::UnknownName { .. } | NetworkError::NoNameService { .. }
        ),
        "{failure}"
    );
    assert!(
        failure.to_string().starts_with("dataderden.invalid: "),
        "{failure}"
    );
}

#[test]
fn a_host_that_speaks_no_tls_is_not_trusted_and_not_asked_again() {
    // A plain answer, and the TLS alert "handshake failure".
    for reply in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        &[0x15, 3, 3, 0, 2, 2, 40],
    ] {
        let server = Server::start(vec![vec![
            HearOneByte,
            Say(reply.to_vec()),
            Wait(MILLISECOND * 30),
        ]]);
        let url = server.url.replace("http://", "https://");
        let failure = patient().get(&plain(&url)).err().unwrap();
        assert!(matches!(failure, NetworkError::Tls { .. }), "{failure}");
        assert!(!failure.is_temporary());
    }
}

#[test]
fn a_refused_address_is_not_connected_to() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for url in [
        server.url.replace("http://", "http://jan@"),
        format!("{}#deel", server.url),
        server.url.replace("127.0.0.1", "0.0.0.0"),
    ] {
        let failure = patient().get(&plain(&url)).err().unwrap();
        assert!(!failure.is_temporary(), "{failure}");
        assert!(failure.hint().is_some());
    }
    assert!(server.heard.try_recv().is_err());
}

#[test]
fn a_proxy_that_fails_is_named_and_this_machine_is_asked_without_it() {
    let refusing = Server::start(vec![vec![Hear, say("HTTP/1.1 403 Forbidden\r\n\r\n")]]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for proxy in [
        refusing.url.replace("/data", ""),
        format!("http://jan:geheim@{closed}"),
    ] {
        let network = Network::with_proxy(Limits::default(), "nulmeting", Some(Proxy::new(&proxy).unwrap()));
        let failure = network.get(&plain("https://opendata.cbs.nl/")).err().unwrap();
        assert!(matches!(failure, NetworkError::Proxy { .. }), "{failure}");
        let text = failure.to_string();
        assert!(
            text.starts_with("opendata.cbs.nl: not reached through the proxy 127.0.0.1:"),
            "{text}"
        );
        assert!(!text.contains("geheim"), "{text}");
        assert!(failure.is_temporary());
        let here = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(network.get(&plain(&here.url)).unwrap().status, 200);
    }
    assert!(
        refusing
            .heard
            .recv()
            .unwrap()
            .starts_with("CONNECT opendata.cbs.nl:443 HTTP/1.1\r\n")
    );
}
