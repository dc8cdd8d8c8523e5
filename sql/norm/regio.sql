-- doel:    De regio's van de politietabel; niveaus overlappen elkaar en worden nooit samen opgeteld.
-- korrel:  een rij per regio
-- sleutel: regio_code
-- kolommen:
--   regio_code   | code van CBS en politie, zonder aanvulling met spaties
--   naam         | titel in de bron
--   niveau       | land, landsdeel, provincie, politie-eenheid of gemeente
--   in_te_delen  | onwaar voor 'niet in te delen', 'Buitenland' en het landsdeel dat andere overlapt
--   volgorde     | plaats in de lijst van de bron
--   bron         | tabel van de bron
SELECT regio_code,
       naam,
       CASE left(regio_code, 2)
           WHEN 'NL' THEN 'land'
           WHEN 'LD' THEN 'landsdeel'
           WHEN 'PV' THEN 'provincie'
           WHEN 'RE' THEN 'politie-eenheid'
           WHEN 'GM' THEN 'gemeente'
       END AS niveau,
       in_te_delen,
       volgorde,
       bron
FROM ruw_regio
