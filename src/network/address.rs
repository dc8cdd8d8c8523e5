//! Which addresses may be asked at all. Refusing happens here, before a name is looked up.
//!
//! It does not know which hosts a pipeline trusts; that is the pipeline's.

use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

use super::error::{NetworkError, shown};

/// An address that may be asked.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// The whole.
    pub uri: Uri,
    /// Host and, if given, port, for messages.
    pub host: String,
    /// Whether it is this machine itself, which no proxy stands before.
    pub is_loopback: bool,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`NetworkError::BadUrl`] for what is no absolute http or https address, or carries a user name or a
    /// fragment; [`NetworkError::Plain`] for http to another machine.
    pub fn parse(url: &str) -> Result<Self, NetworkError> {
        let refuse = |problem| {
            Err(NetworkError::BadUrl {
                url: without_user(url),
                problem,
            })
        };
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("holds a space or another character that must be percent-encoded");
        }
        // The parser below drops a fragment without a word.
        if url.contains('#') {
            return refuse("has a part after `#`, which no server gets to see");
        }
        if user_end(url).is_some() {
            return refuse("carries a user name");
        }
        let Ok(uri) = url.parse::<Uri>() else {
            return refuse("cannot be read");
        };
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return refuse("is neither https nor http"),
        };
        let Some(authority) = uri.authority() else {
            return refuse("names no host");
        };
        let name = authority.host();
        if name.is_empty() {
            return refuse("names no host");
        }
        // A port that is no port would silently become 443.
        if authority.as_str().len() > name.len() && authority.port_u16().is_none_or(|port| port == 0) {
            return refuse("has a port that is not between 1 and 65535");
        }
        let host = authority.as_str().to_owned();
        let is_loopback = is_loopback(name);
        if !is_secure && !is_loopback {
            return Err(NetworkError::Plain { host });
        }
        Ok(Self {
            uri,
            host,
            is_loopback,
        })
    }
}

/// `localhost`, 127.0.0.0/8 and `[::1]`.
fn is_loopback(name: &str) -> bool {
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    name.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|inside| inside.parse::<Ipv6Addr>().ok())
        .is_some_and(|address| address.is_loopback())
}

/// Where user name and password of an address end: at the last `@` before the path.
fn user_end(url: &str) -> Option<(usize, usize)> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(start..)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let at = rest.get(..end)?.rfind('@')?;
    Some((start, start + at + 1))
}

/// An address as a message may show it.
fn without_user(url: &str) -> String {
    let Some((start, end)) = user_end(url) else {
        return shown(url);
    };
    let scheme = url.get(..start).unwrap_or_default();
    let rest = url.get(end..).unwrap_or_default();
    shown(&format!("{scheme}…@{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_to_anywhere_and_http_to_this_machine_may_be_asked() {
        for (url, host, is_loopback) in [
            (
                "https://opendata.cbs.nl/ODataFeed/odata/83474NED/TypedDataSet?$format=json",
                "opendata.cbs.nl",
                false,
            ),
            ("https://example.nl:8443", "example.nl:8443", false),
            ("http://localhost:8080/a", "localhost:8080", true),
            ("http://LOCALHOST/a", "LOCALHOST", true),
            ("http://127.0.0.1:1/", "127.0.0.1:1", true),
            ("http://127.9.8.7/", "127.9.8.7", true),
            ("http://[::1]:8080/", "[::1]:8080", true),
            ("https://[2001:db8::1]/", "[2001:db8::1]", false),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.host, host, "{url}");
            assert_eq!(address.is_loopback, is_loopback, "{url}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_refused_however_it_is_dressed() {
        for url in [
            "http://opendata.cbs.nl/a",
            "HTTP://opendata.cbs.nl/a",
            "http://localhost.example.nl/",
            "http://127.0.0.1.example.nl/",
            "http://128.0.0.1/",
            "http://0.0.0.0/",
            "http://127.1/",
            "http://[::2]/",
            "http://[::ffff:10.0.0.1]/",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(matches!(error, NetworkError::Plain { .. }), "{url}: {error}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_host_is_refused() {
        for url in [
            "",
            "/path",
            "opendata.cbs.nl/a",
            "opendata.cbs.nl",
            "https:",
            "https://",
            "https:///a",
            "https://:443/a",
            "https://?a",
            "ftp://example.nl/",
            "file:///etc/passwd",
            "https://example.nl/a b",
            "https://example.nl/é",
            "https://example.nl/a\r\nX: y",
            "https://example.nl/a#deel",
            "https://example.nl:0/",
            "https://example.nl:/",
            "https://example.nl:99999/",
            "https://example.nl:80:80/",
            "https://[::1/",
            "https://]/",
            "*",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(matches!(error, NetworkError::BadUrl { .. }), "{url}: {error}");
            assert!(!error.is_temporary());
        }
    }

    #[test]
    fn a_user_name_is_refused_and_its_password_not_repeated() {
        for url in [
            "https://jan:geheim@example.nl/a",
            "https://geheim@example.nl",
            "https://jan:geheim@127.0.0.1@example.nl/a",
            "https://jan:geheim@",
            "geheim@example.nl/a",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(matches!(error, NetworkError::BadUrl { .. }), "{url}: {error}");
            assert!(!error.to_string().contains("geheim"), "{error}");
        }
        assert!(Address::parse("https://example.nl/a@b?c=@d").is_ok());
    }

    #[test]
    fn a_hostile_address_is_shown_short_and_on_one_line() {
        let error = Address::parse(&format!("https://a\u{1b}[31m\n{}", "9".repeat(5000))).unwrap_err();
        assert!(error.to_string().len() < 400);
        assert!(!error.to_string().contains(['\u{1b}', '\n']));
    }
}
