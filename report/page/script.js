
const unit={k:1e3,M:1e6,G:1e9,T:1e12,P:1e15,E:1e18,B:1,KiB:2**10,MiB:2**20,GiB:2**30,TiB:2**40,PiB:2**50,EiB:2**60};
const value=text=>{
 const m=text.replace(/,/g,'').replace(/\u2212/g,'-').match(/^[~\u2248]?(-?[\d.]+(?:e[+-]?\d+)?)\s*([A-Za-z]*)/);
 return m?m[1]*(unit[m[2]]??1):NaN};
for(const table of document.querySelectorAll('table.sorted')){
 const heads=[...table.tHead.rows[0].cells],body=table.tBodies[0];
 heads.forEach((head,k)=>{
  head.tabIndex=0;
  const sort=()=>{
   const up=head.ariaSort!=='ascending';
   for(const h of heads)h.removeAttribute('aria-sort');
   head.ariaSort=up?'ascending':'descending';
   const rows=[...body.rows].map(row=>[row,row.cells[k].textContent]);
   rows.sort(([,x],[,y])=>{
    const p=value(x),q=value(y),c=isNaN(p)||isNaN(q)?x.localeCompare(y):p-q;
    return up?c:-c});
   body.append(...rows.map(([row])=>row))};
  head.addEventListener('click',sort);
  head.addEventListener('keydown',e=>{if(e.key==='Enter'||e.key===' '){e.preventDefault();sort()}})});
 const filter=table.parentElement.previousElementSibling;
 if(!filter?.matches('.filter'))continue;
 filter.hidden=false;
 const field=filter.querySelector('input'),told=filter.querySelector('output');
 field.addEventListener('input',()=>{
  const words=field.value.toLowerCase().split(/\s+/);
  let shown=0;
  for(const row of body.rows){
   const text=row.textContent.toLowerCase();
   row.hidden=!words.every(w=>text.includes(w));
   shown+=!row.hidden}
  told.textContent=shown+' of '+body.rows.length+' rows'})}
