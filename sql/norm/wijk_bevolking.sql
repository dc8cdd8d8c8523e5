-- doel:    Inwoners per wijk en buurt: alleen van het jaar en de indeling van de CBS-tabel, want elke editie heeft haar eigen.
-- korrel:  een rij per wijk of buurt en jaar
-- sleutel: regio_code, jaar
-- kolommen:
--   regio_code | wijk of buurt
--   jaar       | jaar van de editie, en van haar indeling
--   inwoners   | inwoners op 1 januari
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
SELECT regio_code,
       jaar,
       max(inwoners) AS inwoners,
       max(bron) AS bron,
       max(peildatum) AS peildatum
FROM ruw_wijkinwoners
WHERE left(regio_code, 2) IN ('WK', 'BU')
GROUP BY regio_code, jaar
