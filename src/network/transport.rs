//! A broken connection never looks like the end of an answer.
//!
//! When neither a length nor chunks say where the content ends, the HTTP library takes a reset, and a TLS
//! stream that was cut without its closing message, for that end. This layer sits above TLS and gives those
//! errors a shape in which the library passes them on. An orderly close still ends such an answer: that is
//! what HTTP says, and only the content can tell whether it is whole.

use std::io;

use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use super::error::is_broken_connection;

/// The connection is gone; never the end of an answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct LostConnection(pub io::Error);

/// Puts [`Watched`] around every connection.
#[derive(Debug)]
pub(super) struct Watch;

/// A connection that reports its loss.
#[derive(Debug)]
pub(super) struct Watched<T>(T);

impl<T: Transport> Connector<T> for Watch {
    type Out = Watched<T>;

    fn connect(
        &self,
        _details: &ConnectionDetails,
        chained: Option<T>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        Ok(chained.map(Watched))
    }
}

impl<T: Transport> Transport for Watched<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        match self.0.await_input(timeout) {
            Err(ureq::Error::Io(cause)) if is_broken_connection(&cause) => {
                Err(ureq::Error::Other(Box::new(LostConnection(cause))))
            }
            other => other,
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
