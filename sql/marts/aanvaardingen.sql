-- doel:    Wat er van elke aanvaarde bevinding is geworden: een aanvaarding geldt voor wat de mens zag, en voor niets anders.
-- korrel:  een rij per aanvaarding
-- sleutel: controle, sleutel, stand
-- kolommen:
--   controle      | naam van de controle
--   sleutel       | waar de bevinding over gaat
--   stand         | wat de mens ervan zag: een aantal, een versie of beide
--   uitkomst      | geldt, vervallen (er staat nu iets anders) of zonder bevinding
--   stand_nu      | wat er nu staat; leeg zonder bevinding
--   uitleg        | de uitkomst in woorden
--   aanvaard_door | wie de bevinding aanvaardde
--   datum         | dag waarop
--   toelichting   | waarom
SELECT r.controle,
       r.sleutel,
       r.stand,
       CASE
           WHEN r.geldt THEN 'geldt'
           WHEN r.stand_nu IS NOT NULL THEN 'vervallen'
           ELSE 'zonder bevinding'
       END AS uitkomst,
       r.stand_nu,
       CASE
           WHEN r.geldt THEN 'de bevinding is zoals ze werd aanvaard'
           WHEN r.stand_nu IS NOT NULL THEN concat('aanvaard is ', r.stand, ', en nu staat er ', r.stand_nu)
           WHEN NOT r.is_controle THEN 'er is geen controle met deze naam'
           ELSE 'de controle vindt dit niet'
       END AS uitleg,
       a.aanvaard_door,
       a.datum,
       a.toelichting
FROM ruw_aanvaardingen AS r
JOIN aanvaard AS a ON a.controle = r.controle AND a.sleutel = r.sleutel AND a.stand = r.stand
