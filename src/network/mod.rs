//! The one door to the network.
//!
//! Everything that is asked of another machine goes through [`Network::get`], so that no question goes out
//! over plain http, no wait is without an end, and a connection that breaks is an error and never a short
//! answer. It asks once: when to ask again is [`crate::fetch`]'s, and so is what an answer means; a status
//! that is not 2xx is an answer here. Redirects are not followed, since the pipeline file fixes the host.
//!
//! A proxy named by `HTTPS_PROXY` or `ALL_PROXY` is used, `NO_PROXY` is obeyed, and this machine itself is
//! never asked through a proxy.

mod address;
mod body;
mod error;
mod resolver;
mod retry_after;
mod transport;

use std::time::Duration;

use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, Proxy};

use self::address::Address;
use self::error::shown;
use self::resolver::Ipv4First;
use self::transport::Watch;

pub use self::body::Body;
pub use self::error::NetworkError;
pub use self::retry_after::RetryAfter;

/// As many connections as are asked of one host at once, so that each of them is kept.
const KEPT_CONNECTIONS: usize = 4;

/// How long is waited for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the look-up of a name, and again for a connection with TLS, over all addresses of the host.
    pub connect: Duration,
    /// For one more byte, of the headers or the content.
    pub silence: Duration,
    /// For a question with its whole answer.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            silence: Duration::from_secs(90),
            whole: Duration::from_mins(5),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The whole address, percent-encoded; nothing is added to it.
    pub url: &'a str,
    /// The `ETag` of the answer we have: 304 when nothing changed since.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of the answer we have, as it came.
    pub last_modified: Option<&'a str>,
    /// The media type that is wanted, as `application/json`.
    pub accept: &'a str,
    /// How long the whole answer may take, when that is not [`Limits::whole`].
    pub whole: Option<Duration>,
}

/// What came back. A header that is missing, or holds anything but visible ASCII, is `None`.
pub struct Answer {
    /// The status, 2xx or not.
    pub status: u16,
    /// `Content-Type`, with its parameters.
    pub content_type: Option<String>,
    /// `ETag`, with its quotes.
    pub etag: Option<String>,
    /// `Last-Modified`, as it came.
    pub last_modified: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<RetryAfter>,
    /// `Location`; not followed.
    pub location: Option<String>,
    /// The length of the content in bytes, when it is known beforehand: not for chunks or gzip.
    pub length: Option<u64>,
    /// The content.
    pub body: Body,
}

/// The network. A clone shares the connections; threads may share one, or have a clone each.
#[derive(Debug, Clone)]
pub struct Network {
    agent: Agent,
    limits: Limits,
}

impl Network {
    /// Makes the door, with the proxy of the environment; nothing is sent yet. Of `user_agent` only what a header
    /// can hold is used.
    pub fn new(limits: Limits, user_agent: &str) -> Self {
        Self::with_proxy(limits, user_agent, Proxy::try_from_env())
    }

    fn with_proxy(limits: Limits, user_agent: &str, proxy: Option<Proxy>) -> Self {
        let sendable: String = user_agent
            .chars()
            .filter(|&character| character == ' ' || character.is_ascii_graphic())
            .collect();
        let config = Agent::config_builder()
            .user_agent(sendable)
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections_per_host(KEPT_CONNECTIONS)
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            .timeout_per_read(Some(limits.silence))
            .timeout_per_write(Some(limits.silence))
            .timeout_global(Some(limits.whole))
            .build();
        let connector = DefaultConnector::new().chain(Watch);
        Self {
            agent: Agent::with_parts(config, connector, Ipv4First::default()),
            limits,
        }
    }

    /// Asks once. Returns when the headers are in; the content is read from [`Answer::body`], under the same
    /// limits. An `ETag` or date that no header can hold is left out, which makes the answer whole.
    ///
    /// # Errors
    /// [`NetworkError`]; its `is_temporary` says whether asking again may help.
    pub fn get(&self, question: &Question<'_>) -> Result<Answer, NetworkError> {
        let address = Address::parse(question.url)?;
        let limits = Limits {
            whole: question.whole.unwrap_or(self.limits.whole),
            ..self.limits
        };
        let request = self.agent.get(address.uri.clone());
        let mut request = request.config().timeout_global(Some(limits.whole)).build();
        if address.is_loopback {
            request = request.config().proxy(None).build();
        }
        for (name, value) in [
            (header::ACCEPT, Some(question.accept)),
            (header::IF_NONE_MATCH, question.etag),
            (header::IF_MODIFIED_SINCE, question.last_modified),
        ] {
            if let Some(value) = value.and_then(|text| HeaderValue::from_str(text).ok()) {
                request = request.header(name, value);
            }
        }
        let response = request.call().map_err(|error| {
            NetworkError::before_content(error, &address, self.proxy_before(&address), limits)
        })?;
        let headers = response.headers();
        refuse_other_coding(headers, &header::CONTENT_ENCODING, "identity", &address)?;
        refuse_other_coding(headers, &header::TRANSFER_ENCODING, "chunked", &address)?;
        Ok(Answer {
            status: response.status().as_u16(),
            content_type: text(headers, &header::CONTENT_TYPE),
            etag: text(headers, &header::ETAG),
            last_modified: text(headers, &header::LAST_MODIFIED),
            retry_after: text(headers, &header::RETRY_AFTER).and_then(|value| RetryAfter::parse(&value)),
            location: text(headers, &header::LOCATION),
            length: response.body().content_length(),
            body: Body::new(response.into_body().into_reader(), address.host, limits),
        })
    }

    /// What stands between us and this address: host and port of the proxy.
    fn proxy_before(&self, address: &Address) -> Option<String> {
        let proxy = self.agent.config().proxy()?;
        let is_passed = address.is_loopback || proxy.is_no_proxy(&address.uri);
        (!is_passed).then(|| format!("{}:{}", proxy.host(), proxy.port()))
    }
}

/// A header as text.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Refuses content that is packed in a way that would reach the caller still packed. The header of gzip is
/// gone by now: the library unpacks it and takes the header away.
fn refuse_other_coding(
    headers: &HeaderMap,
    name: &HeaderName,
    known: &str,
    address: &Address,
) -> Result<(), NetworkError> {
    let mut values = headers.get_all(name).iter();
    match values.find(|value| !value.as_bytes().eq_ignore_ascii_case(known.as_bytes())) {
        None => Ok(()),
        Some(value) => Err(NetworkError::BadReply {
            host: address.host.clone(),
            problem: shown(&format!(
                "`{name}: {}`",
                String::from_utf8_lossy(value.as_bytes())
            )),
        }),
    }
}

#[cfg(test)]
mod tests;
